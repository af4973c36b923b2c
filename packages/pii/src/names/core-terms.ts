import type { Modifiers, Terms } from '../recogniser.js'

/** What fields of the core types are called in English, and what words beside a value speak for it. */
export const coreTerms: readonly Terms[] = [
  {
    type: 'CREDIT_CARD',
    names:
      'card number,cardnumber,card num,card no,cc number,cc num,cc no,ccnum,ccn,credit card,creditcard,credit card number,debit card,debitcard,' +
      'debit card number,payment card,primary account number,card pan,account pan,pan number,cardholder number,pan',
    near: 'card,cards,cc,visa,mastercard,amex,american express,discover,diners,jcb,maestro,unionpay,credit,debit',
  },
  {
    type: 'CVV',
    names:
      'cvv,cvv 2,cvc,cvc 2,cvn,csc,card cid,security code,card security code,card verification value,card code,verification value',
  },
  {
    type: 'CARD_EXPIRY',
    names:
      'card expiry,card exp,card expiration,cc exp,cc expiry,exp month,exp year,exp date,expiry month,expiry year,expiration month,expiration year,card exp month,card exp year,card expiry date,card expiration date,card valid thru',
    near: 'exp,expiry,expires,expiration,valid thru,valid until',
  },
  {
    type: 'US_SSN',
    names:
      'ssn,social security,social security number,social security no,social security num,socialsecuritynumber,social,soc sec,ss number,ss no',
    near: 'ss,social sec',
  },
  {
    type: 'EMAIL',
    names:
      'email,e mail,mail,email address,emailaddress,email addr,e mail address,mail address,mailto,contact email,from email,to email,reply to,replyto,cc email,bcc',
  },
  {
    type: 'PHONE',
    names:
      'phone,phone number,phonenumber,phone no,phone num,telephone,telephone number,tel,tel no,mobile,mobile number,mobile no,mobile phone,cell,' +
      'cellphone,cell phone,cell number,fax,fax number,msisdn,whatsapp,home phone,work phone,contact number,contact no,contact phone,landline,callback number',
    near: 'call,calling,calls,called,dial,ring,reach,desk,registered,answering,sms,text message,text messages,texts,contact,ph,voicemail,hotline,messages to,message to',
  },
  {
    type: 'IP_ADDRESS',
    names:
      'ip,ip address,ipaddress,ip addr,ipaddr,ip v 4,ip v 6,client ip,remote ip,source ip,src ip,dst ip,remote addr,remoteaddr,remote address,x forwarded for,forwarded for,x real ip,user ip,visitor ip,peer ip',
  },
  { type: 'MAC_ADDRESS', names: 'mac,mac address,macaddress,mac addr,macaddr,hardware address,hw addr,bssid,ethernet address' },
  { type: 'IBAN', names: 'iban,iban number,international bank account number' },
  { type: 'BIC', names: 'bic,bic code,swift,swift code,swift bic,bic swift,swiftcode', near: 'bank code' },
  {
    type: 'BANK_ACCOUNT',
    names:
      'account number,accountnumber,account no,acct number,acct no,acct num,acct,bank account,bank account number,bankaccount,checking account,savings account,clabe,bsb,sort code,sortcode',
  },
  {
    type: 'DATE_OF_BIRTH',
    names:
      'date of birth,dateofbirth,dob,d o b,birth date,birthdate,birthday,birth day,birthdate,born on,year of birth,birth year',
    near: 'born,birth',
  },
  {
    type: 'PERSON',
    names:
      'first name,firstname,fname,last name,lastname,lname,surname,given name,givenname,family name,familyname,middle name,middlename,maiden name,' +
      'full name,fullname,display name,displayname,nickname,nick name,preferred name,legal name,person name,customer name,client name,patient name,' +
      'contact name,recipient name,sender name,user full name,cardholder name,card holder name,cardholder,card holder,account holder,holder name,' +
      'employee name,student name,guest name,passenger name,beneficiary name,payee name,applicant name,member name,subscriber name,driver name,' +
      'owner name,parent name,father name,mother name,spouse name,emergency contact name,billing name,shipping name,traveler name,traveller name,name on card,' +
      'tenant name,buyer name,seller name,borrower name,insured name,policyholder,policy holder,policyholder name,doctor name,physician name,author name,signatory,next of kin,mothers maiden name',
  },
  { type: 'USERNAME', names: 'username,user name,login,login name,user login,userid login,screen name,screenname,handle' },
  {
    type: 'ADDRESS',
    names:
      'address,addresses,street,street address,streetaddress,street name,address line,address line 1,address line 2,addressline,line 1,line 2,addr,' +
      'home address,mailing address,billing address,shipping address,delivery address,postal address,residential address,work address,apartment,' +
      'house number,po box,city,town,billing city,shipping city,home city,place of birth,birth place,birthplace,residence',
  },
  {
    type: 'POSTCODE',
    names: 'zip,zip code,zipcode,postal code,postalcode,postcode,post code,zip 4,billing zip,shipping zip',
    near: 'zip',
  },
  {
    type: 'LOCATION',
    names:
      'user lat,user lng,home lat,home lng,gps,gps coordinates,geolocation,geo location,geo coordinates,home location,last location,current location,user location',
  },
  { type: 'GENDER', names: 'gender,sex,gender identity' },
  {
    type: 'SALARY',
    names:
      'salary,base salary,annual salary,income,annual income,gross income,net income,wage,compensation,pay rate,hourly rate,monthly income,household income',
  },
  {
    type: 'MEDICAL_RECORD',
    names:
      'mrn,medical record,medical record number,medical record no,patient number,patient no,patient id,insurance id,insurance number,insurance member id,member id,health plan id,subscriber id,policy number health,health insurance number,group number insurance',
  },
  {
    type: 'HEALTH',
    names:
      'diagnosis,diagnoses,icd 10,icd code,medical condition,condition diagnosis,medication,medications,prescription,allergies,blood type,blood group,lab result,lab results,medical history,symptoms,chief complaint,treatment plan,procedure code',
  },
  { type: 'PASSPORT', names: 'passport,passport number,passport no,passport num,passportnumber,travel document number' },
  {
    type: 'DRIVER_LICENSE',
    names:
      'driver license,drivers license,driver licence,driving licence,driving license,driver license number,drivers license number,driving licence number,license number driver,dl number,dl no,driverlicense,driverslicense',
  },
  {
    type: 'NATIONAL_ID',
    names:
      'national id,nationalid,national id number,national identity number,national identification number,identity card number,id card number,personal id number,personal identification number,personal number,citizen id,government id,tax id,taxid,tax number,tax id number,taxpayer id,tin number,id number,social insurance number',
  },
  { type: 'VAT_NUMBER', names: 'vat,vat number,vat no,vat id,vatin,vat registration number' },
  { type: 'VIN', names: 'vin,vin number,vehicle identification number,vehicle vin' },
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
    'hours,in,out',
  questions:
    'has,is,max,min,num,requires,require,should,can,allow,allows,enable,enabled,show,hide,with,without,supports,' +
    'total,use,needs,count',
  generic:
    'value,values,number,numbers,no,nr,num,nummer,numero,raw,text,full,data,content,primary,secondary,main,home,' +
    'work,default,new,old,current,previous,alternate,other,mobile,private,business,0,1,2,3,4,5,display,formatted,' +
    'normalized,input,answer,val,string',
  things: 'product,item,article,file,company,category,country,project,course,plan,brand,table',
}
