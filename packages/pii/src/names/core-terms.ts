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
      'phone,telephone,tel,mobile,mob,cell,cellphone,fax,msisdn,whatsapp,contact number,contact no,caller number,caller id,caller no,landline,callback number',
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
  {
    type: 'PERSON',
    names:
      'first name,fname,last name,lname,surname,forename,given name,family name,middle name,maiden name,full name,display name,preferred name,' +
      'legal name,person name,cardholder,card holder,account holder,holder name,policyholder,policy holder,signatory,signed by,next of kin,name on card,' +
      'billing name,shipping name,badge name',
  },
  { type: 'USERNAME', names: 'username,user name,=login,login name,user login,screen name,=handle,nickname,nick name' },
  {
    type: 'ADDRESS',
    names:
      'address,addresses,=street,street address,street name,address line,addr,apartment,house number,house no,po box,city,town,address state,ship to state,shipping line,billing line,delivery line,bill to,remit to,' +
      'place of birth,birth place,birthplace,residence,pickup location,dropoff location',
  },
  { type: 'POSTCODE', names: 'zip,zip code,postal code,postcode,post code,pcode,zip 4', near: 'zip' },
  {
    type: 'LOCATION',
    names:
      'home lat,home lng,home lon,user lat,user lng,user lon,gps,geolocation,geo location,geo coordinates,home location,last location,current location,' +
      'user location,location lat,location lng,location lon,position lat,position lng,position lon,position latitude,position longitude,' +
      'location latitude,location longitude,address lat,address lng,address lon,home latitude,home longitude',
  },
  { type: 'GENDER', names: 'gender,sex' },
  {
    type: 'SALARY',
    names:
      'salary,income,wage,compensation,pay rate,hourly rate,gross pay,net pay,base pay,annual pay,bonus amount,take home pay',
  },
  {
    type: 'MEDICAL_RECORD',
    names:
      'mrn,medical record,patient number,patient no,patient id,patient ref,hospital number,hospital no,insurance id,insurance number,member id,member number,' +
      'health plan id,subscriber id,health policy,health insurance,insurance policy',
    near: 'member number,hospital no,lab no,policy no',
  },
  {
    type: 'HEALTH',
    names:
      'diagnosis,diagnoses,dx,icd,icd 10,icd 9,icd code,medical condition,health condition,medication,meds,drug,prescription,allergy,allergies,allergen,' +
      'blood type,blood group,blood pressure,heart rate,resting hr,lab result,test result,medical history,symptom,chief complaint,presenting complaint,' +
      'treatment plan,procedure code,vaccine,vaccination,injury,disability,triage note,clinical note,clinical significance,smoking status,' +
      'menstrual phase,last period,=phq 9,bmi,viral load,adverse event',
  },
  { type: 'PASSPORT', names: 'passport,travel document' },
  {
    type: 'DRIVER_LICENSE',
    names:
      'driver license,drivers license,driver licence,driving licence,driving license,driving permit,license number driver,dl number,dl no',
  },
  {
    type: 'NATIONAL_ID',
    names:
      'national id,national identity,national identification,identity card,id card,personal id,personal identification,personal number,citizen id,' +
      'government id,tax id,tax number,taxpayer id,tin number,id number,social insurance',
  },
  { type: 'VAT_NUMBER', names: 'vat number,vat no,vat id,vatin,vat registration,=vat' },
  { type: 'VIN', names: 'vin,vehicle identification' },
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
    'forgot,forgotten,coded,delay,interval,window,key,reason',
  questions:
    'has,is,max,min,num,requires,require,should,can,allow,allows,enable,enabled,show,hide,with,without,supports,' +
    'total,use,needs,count',
  generic:
    'value,values,number,numbers,no,nr,num,nummer,numero,raw,text,full,data,content,primary,secondary,main,home,' +
    'work,default,new,old,current,previous,alternate,other,mobile,private,business,0,1,2,3,4,5,display,formatted,' +
    'normalized,input,answer,val,string',
  things: 'product,item,article,file,company,category,country,project,course,plan,brand,table',
  persons:
    'person,customer,cust,client,user,payer,payee,debtor,creditor,guest,passenger,pax,traveler,traveller,member,patient,pt,donor,recipient,' +
    'beneficiary,employee,staff,student,teacher,subscriber,prescriber,doctor,physician,nurse,contact,attendee,resident,tenant,driver,rider,' +
    'caller,applicant,vendor,practitioner,billing detail,contact person,candidate,borrower,insured,claimant,witness,lead,owner,parent,father,mother,spouse,child,guardian,nok,consignee,shipper,' +
    'sender,receiver,buyer,seller,author,reviewer,cashier,courier,representative,officer,director,shareholder,indiv,individual,emergency contact,' +
    'billing details,billing,shipping,signer,cardholder,holder,participant,respondent,subject,w 9',
  nameParts: 'name,nm,first,last,given,family,middle,full,legal,preferred,display,fn,ln,initials',
}
