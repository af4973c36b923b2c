import type { Terms } from '../recogniser.js'

/** Names of fields that hold secrets, in English. */
export const SECRET_TERMS: Terms = {
  type: 'SECRET',
  names:
    'password,passwd,passphrase,passcode,pwd,psk,pin,=pin code,user password,secret,client secret,secret key,shared secret,api key,apikey,api secret,api token,app key,app secret,' +
    'access key,access key id,secret access key,account key,private key,signing key,signing secret,encryption key,master key,service key,license key,webhook secret,webhook url,' +
    'token,access token,accesstoken,refresh token,refreshtoken,id token,auth token,authtoken,bearer token,session token,security token,personal access token,' +
    'device token,push token,reset token,invite token,verification token,jwt,=bearer,authorization,proxy authorization,credential,credentials,creds,' +
    'x api key,x auth token,x access token,x csrf token,csrf token,csrf,xsrf,xsrf token,' +
    'cookie,cookies,set cookie,session,session id,sessionid,session key,sid,jsessionid,phpsessid,connect sid,' +
    'smtp pass,db pass,auth pass,user pass,admin pass,login pass,root pass,otp,otp code,one time code,one time password,totp,totp secret,mfa code,mfa secret,two factor code,2fa,recovery code,recovery codes,backup codes,' +
    'security answer,secret answer,mnemonic,seed phrase,recovery phrase,salt,' +
    'connection string,dsn,database url,db url,mongodb uri,redis url,sas token,storage key',
  near: 'password,passphrase,secret,api key,private key,credentials,wallet,seed phrase,access token,bearer',
}
