import type { RecogniserSet } from '../recogniser.js'

/**
 * What fields about people are called in English: their names, addresses, pay, health and papers. Such data has no shape of its own;
 * only the name of the field tells it.
 */
export const people: RecogniserSet = {
  recognisers: [],
  terms: [
    {
      type: 'PERSON',
      names:
        'first name,fname,last name,lname,surname,forename,given name,family name,middle name,maiden name,full name,display name,preferred name,' +
        'legal name,person name,cardholder,card holder,account holder,holder name,policyholder,policy holder,signatory,signed by,next of kin,name on card,name first,name last,name full,name given,name family,middle initial,' +
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
  ],
  modifiers: {
    things: 'product,item,article,file,company,category,country,project,course,plan,brand,table',
    persons:
      'person,customer,cust,client,user,payer,payee,debtor,creditor,guest,passenger,pax,traveler,traveller,member,patient,pt,donor,recipient,' +
      'beneficiary,employee,staff,student,teacher,subscriber,prescriber,doctor,physician,nurse,contact,attendee,resident,tenant,driver,rider,' +
      'caller,applicant,vendor,practitioner,billing detail,contact person,candidate,borrower,insured,claimant,witness,lead,owner,parent,father,mother,spouse,child,guardian,nok,consignee,shipper,' +
      'sender,receiver,buyer,seller,author,reviewer,cashier,courier,representative,officer,director,shareholder,indiv,individual,emergency contact,' +
      'billing details,billing,shipping,signer,cardholder,holder,participant,respondent,subject,w 9',
    nameParts: 'name,nm,first,last,given,family,middle,full,legal,preferred,display,fn,ln,initials',
  },
}
