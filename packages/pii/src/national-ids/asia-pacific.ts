/** As in `europe`. */
export const asiaPacific = `
AU_TFN;9{3} 999 999;w14375869:0123456789-;LL;tfn,tax file number,@t
AU_TFN;9{2} 999 999;wa784635:0-987654321;LL;
AU_ABN;[1-9]9 999 999 999;ta13579bdfhj:89:10;LM;abn,australian business number
AU_ACN;999 999 999;w87654321:0987654321;LL;acn,australian company number
AU_MEDICARE;[2-6]999 99999;a13791379:0123456789::8;LL;
AU_MEDICARE;[2-6]999 99999 9{1,2};a13791379:0123456789::8;LL;medicare number,medicare card,australian medicare,~medicare
CN_ID;[1-689]9{5} (?:18|19|20)99md 9{3}[0-9X];w79a584216379a5842:10X98765432;HH;身份证,证件号码,@i
CN_ID;[1-689]9{5}99md9{3};;LL;
CN_PASSPORT;[EGDSPHK][A-Z0-9]?9{7,8};;LL;护照,@p
CN_USCC;[1-9A-HJ-NP-RTUW-Y][1-9]9{6}[0-9A-HJ-NP-RTUW-Y]{10};a139rjqghktpd8oaus:0YXWUTRQPNMLKJHGFEDCBA987654321:0123456789ABCDEFGHJKLMNPQRTUWXY;MM;信用代码,组织代码,uscc
CN_LICENSE_PLATE;(?<=[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])a#{5,6};;HH;车牌
HK_HKID;([A-Z]9{6})[[(]?([0-9A])[)]?;w8765432:6543210A987;MM;hkid,hong kong id,身份證,@i
HK_HKID;([A-Z]{2}9{6})[[(]?([0-9A])[)]?;w98765432:0A987654321;MM;
ID_NPWP;99.999.999.9-999.999;l@0:9;LH;npwp,@t
ID_NIK;[1-9]9{5} em99 9{4};;LL;ktp,indonesian id,~nik
IN_AADHAAR;[2-9]999 9999 9999;v;LM;aadhaar,aadhar,uidai,आधार,~uid number
IN_PAN;a{3}[ABCFGHJLPTEK]a9{4}a;;MM;pan number,pan card,permanent account number,~pan
IN_GSTIN;(?:0[1-9]|[12][0-9]|3[0-8]|97)a{5}9{4}a[1-9A-Z]Z#;;HH;gstin,gst number,gst registration,~gst
IN_VOTER;[A-Z]{3}9{7};;LL;epic number,voter id,voter card,~voter,~vote,~epic
IN_PASSPORT;[A-Z]-[1-9]9 9{4}[1-9];;LL;@p
IN_VEHICLE_REGISTRATION;aa 99 a{1,3} 9{4};;LL;~vehicle,~bike,~car number,@n
IN_VEHICLE_REGISTRATION;[A-Z]{2,3} 9{4};;LL;
JP_MY_NUMBER;9{4} 9{4} 9{4};w65432765432:00987654321;LL;マイナンバー,個人番号,mynumber,~my number,~individual number
KR_RRN;99md-[1-4]9{6};;LM;주민등록번호,주민번호,~rrn,resident registration number
KR_FRN;99md-[5-8]9{6};;LM;외국인등록번호,frn
KR_BRN;999-99-9{5};;LL;사업자등록번호,brn,business registration number
KR_PASSPORT;[MSRODG]9{3}[A-Z0-9]9{4};;LL;여권,@p
KR_DRIVER_LICENSE;(?:1[1-9]|2[0-8])-99-9{6}-99;;LM;운전면허,~license,@d
LK_NIC;99[0-35-8]9{6}[VX];;LL;nic
LK_NIC;(?:19|20)99[0-35-8]9{7};;LL;
MY_NRIC;99md-(?:0[1-9]|1[0-6]|[2-9][0-9])-9{4};;LM;mykad,nric,ic number,ic no,kad pengenalan,malaysian id,@i
NZ_IRD;NZ~9{2}-9{3}-9{2}-9;w32765432:0?987654321:74325276:0-987654321;LL;ird number,ird no,~ird,~inland revenue
NZ_IRD;NZ~9{3}-9{3}-9{2}-9;w32765432:0?987654321:74325276:0-987654321;LL;
NZ_NHI;a{3}9{4};a765432:-0987654321:-ABCDEFGHJKLMNPQRSTUVWXYZ;LL;nhi,national health index
PH_TIN;999-999-999;w98765432:0123456789-;LL;bir tin,philippine tin,~tin,~bir,@t
PH_TIN;999-999-999-9{3,5};w98765432:0123456789-@0:9;LL;
PK_CNIC;[1-7]9{4}-9{7}-9;;LM;cnic,nic number,شناختی کارڈ,pakistani id
SG_NRIC_FIN;S9{7}a;w2765432:JZIHGFEDCBA@1;HH;nric,fin number,singapore id,~fin,@i
SG_NRIC_FIN;T9{7}a;w2765432:GFEDCBAJZIH@1;HH;
SG_NRIC_FIN;F9{7}a;w2765432:XWUTRQPNMLK@1;HH;
SG_NRIC_FIN;G9{7}a;w2765432:RQPNMLKXWUT@1;HH;
SG_NRIC_FIN;M9{7}a;w2765432:TRQPNJLKXWU@1;HH;
SG_NRIC_FIN;[STFGM]9{7}a;;LL;
SG_UEN;9{8}a;wa4938271:XMKECAWLJDB;MM;uen,unique entity number,~acra,@c
SG_UEN;(?:19|20)99 9{5}a;wa86497531:ZKCMDNERGWH;MM;
SG_UEN;[TSR]99aa9{4}a;a4353a2257:GHJKLABCDEF:ABCDEFGHJKLMNPQRSTUVWX0123456789;HH;
TH_TNIN;[1-8]-9{4}-9{5}-99-9;wdcba98765432:10987654321;LH;เลขประจำตัวประชาชน,thai id,@i
TW_NATID;[A-Z][1289A-D]9{8};a187654321:0987654321:BAKJHGFEDCNMLVUTSRQPZWYX----OI;MM;身分證,身份證字號,taiwan id,@i
TW_UBN;9{8};x1212124:0987654321/x1212124:5432109876;LL;統一編號,統編,ubn,@c
VN_CCCD;0[0-9]{2}[0-3]9{8};;LL;cccd,can cuoc,vietnamese id
`
