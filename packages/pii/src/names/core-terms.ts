import type { Modifiers, Terms } from '../recogniser.js'

/**
 * What fields of the core types are called in English, and what words beside a value speak for it. A number word behind a term and
 * words before it need no phrase of their own (`home phone no`), nor do words glued together (`firstname`).
 */
export const coreTerms: readonly Terms[] = [
  {
    type: 'CREDIT_CARD',
    names:
      'card number,card num,card no,cc number,cc num,cc no,ccnum,ccn,credit card,debit card,payment card,card pan,account pan,=pan,track 2',
    near: 'card,cc,visa,mastercard,amex,american express,discover,diners,jcb,maestro,unionpay,credit,debit,pan',
  },
  { type: 'CVV', names: 'cvv,cvc,cvn,csc,card cid,security code,card verification value,card code,verification value' },
  {
    type: 'CARD_EXPIRY',
    names:
      'card expiry,card exp,card expiration,cc exp,cc expiry,exp month,exp year,exp date,expiry month,expiry year,expiration month,expiration year,' +
      'card valid thru',
    near: 'exp,expiry,expires,expiration,valid thru,valid until',
  },
  { type: 'US_SSN', names: 'ssn,social security,=social,soc sec,ss number,ss no', near: 'ss,social sec' },
  { type: 'EMAIL', names: 'email,e mail,=mail,mail address,mailto,reply to,cc email,bcc' },
  {
    type: 'PHONE',
    names:
      'phone,telephone,tel,mobile,mob,cell,cellphone,fax,msisdn,whatsapp,WhatsApp,contact number,contact no,caller number,caller id,caller no,landline,callback number',
    near: 'call,calling,calls,called,dial,ring,reach,desk,registered,answering,sms,text message,texts,contact,ph,voicemail,hotline,messages to,message to',
  },
  {
    type: 'IP_ADDRESS',
    names: 'ip,ip address,ip addr,IPv4,IPv6,ip v 4,ip v 6,remote addr,remote address,x forwarded for,forwarded for,x real ip',
  },
  { type: 'MAC_ADDRESS', names: 'mac,mac address,mac addr,hardware address,hw addr,bssid,ethernet address' },
  { type: 'IBAN', names: 'iban,international bank account' },
  { type: 'BIC', names: 'bic,bic code,swift,swift code', near: 'bank code' },
  {
    type: 'BANK_ACCOUNT',
    names:
      'account number,account no,acct number,acct no,acct num,=acct,bank account,checking account,savings account,clabe,bsb,sort code',
  },
  {
    type: 'DATE_OF_BIRTH',
    names: 'date of birth,dob,d o b,birth date,birthday,birth day,born on,year of birth,birth year,yob',
    near: 'born,birth',
  },
]

/** English words around a term that change what the name of a field means. */
export const coreModifiers: Modifiers = {
  properties:
    'count,counts,at,id,ids,type,types,status,state,verified,valid,enabled,disabled,sent,length,size,url,uri,link,' +
    'format,required,optional,policy,version,algorithm,alg,template,subject,provider,brand,scheme,network,label,' +
    'hint,strength,attempts,attempt,limit,max,min,expires,expiry,expiration,updated,changed,created,reset,rotated,' +
    'rotation,on,opened,clicked,bounced,delivered,confirmed,consent,preference,preferences,settings,options,option,' +
    'enum,schema,column,field,regex,pattern,present,exists,flag,index,usage,lifetime,ttl,timeout,endpoint,class,' +
    'kind,category,group,level,budget,total,rate,domain,host,prefix,suffix,placeholder,visible,hidden,error,errors,' +
    'message,code,codes,country,region,stage,mode,source,score,method,list,bucket,path,file,ms,seconds,days,minutes,' +
    'hours,in,out,name,names,date,fields,columns,facets,filter,filters,mix,pool,strategy,breakdown,distribution,stats,pct,percent,kwh,' +
    'forgot,forgotten,coded,delay,interval,window,key,reason,family',
  questions:
    'has,is,max,min,num,requires,require,should,can,allow,allows,enable,enabled,show,hide,with,without,supports,' +
    'total,use,needs,count',
  generic:
    'value,values,number,numbers,no,nr,num,nummer,numero,raw,text,full,data,content,primary,secondary,main,home,' +
    'work,default,new,old,current,previous,alternate,other,mobile,private,business,0,1,2,3,4,5,display,formatted,' +
    'normalized,input,answer,val,string',
}
