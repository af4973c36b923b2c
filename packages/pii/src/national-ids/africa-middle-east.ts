/** As in `europe`. */
export const africaMiddleEast = `
AE_ID;784-(?:19|20)99-9{7}-9;l;MH;emirates id,eid number,الهوية,uae id
AO_BI;9{9}a{2}9{3};;MM;bilhete de identidade,bi number,angolan id
EG_NID;[23]99md9{7};;LL;الرقم القومي,@i
GH_TIN;[PCGQV]00#9{6}[0-9X];w123456789:0123456789X@1;MM;ghana tin,ghanaian tin,@t
IL_IDNR;9{9};l;LL;teudat zehut,mispar zehut,תעודת זהות,israeli id,@i
IR_NID;9{10};wa98765432:01987654321;LL;کد ملی,code melli,@i
KE_PIN;[AP]9{9}a;;LL;kra pin,kenyan tax number,~kra
MZ_BI;9{12}a;;LL;bilhete de identidade,mozambican id
NG_NIN;9{11};v;LL;nigerian id,~nin,~nimc
NG_BVN;2[0-9]{10};;LL;bvn,bank verification number
NG_VEHICLE_REGISTRATION;a{3}-9{3}a{2};;LL;plate number,~plate,~plates,@n
SA_ID;[12]9{9};l;LL;iqama,رقم الهوية,saudi id
TR_NATIONAL_ID;[1-9]9{9}[02468];w797979797:0123456789,w1111111111:0123456789;LL;tc kimlik,tckn,tc no,turkish id,@i
TR_LICENSE_PLATE;(?:0[1-9]|[1-7][0-9]|8[01]) a{1,3} 9{2,4};;LL;arac plakasi,~plaka,~plakasi,@n
ZA_ID_NUMBER;99md 9999 [012]99;l;LL;south african id,rsa id,sa id,refugee id,said number,identiteitsnommer,@i
ZA_TIN;[01239]9{9};l;LL;~sars,@t
ZA_VAT;4[0-9]{2} 9999 999;;LL;@v
PASSPORT;a{0,3}9{5,9};;LL;reisepass,passeport,pasaporte,passaporte,passaporto,paspoort,paszport,pasaport,utlevel,putovnica,cestovni pas,паспорт,旅券,パスポート
`
