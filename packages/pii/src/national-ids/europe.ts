/**
 * One identifier a row: type; shape (`createShape`); check (`createCheck`); score bare and with its separators or prefix (Low, Medium,
 * High); names of fields, after `~` words that only speak for a value beside them, `@` letters standing for those that countries share.
 */
export const europe = `
AT_SSN;[1-9]999 dm99;a3790584216:0123456789-::3;LL;sozialversicherungsnummer,svnr,sv nummer,versicherungsnummer
AT_TIN;99-999/9999;l;LL;abgabenkontonummer,steuernummer,@t
AT_UID;AT~U9{8};x1212121:6543210987@1;MH;umsatzsteuer identifikationsnummer,ust idnr,~uid,@v
BE_NATIONAL_REGISTER;99.(?:[024][0-9]|[135][0-2]).(?!00)99-999.99;c/c2;LM;rijksregister,insz,numero national,niss,@i
BE_VAT;BE~[01]?9{3}.999.999;c;LH;btw nummer,numero de tva,~btw,@v
BG_EGN;99(?:[024][1-9]|[135][0-2])d9{4};w2485a9736:01234567890;LL;egn,ЕГН,@i
BG_PNF;9{4} 999 999;wljhdb9731:0123456789;LL;lnch,ЛНЧ,foreigner number
BG_VAT;BG~9{3} 999 9{3,4};w12345678:0123456789?:3456789a:01234567890;LH;ДДС,bulstat,@v
CH_AHV;756.9999.9999.99;w131313131313:0987654321;MH;ahv,ahvn 13,numero avs,sozialversicherungsnummer,~avs
CH_VAT;CHE~999.999.999 (?:MWST|TVA|IVA);w54327654:0-987654321@0:9;LH;mwst nummer,numero tva,~mwst,@v
CH_UID;CHE~999.999.999;w54327654:0-987654321;LH;numero ide,~uid,@c
CY_TIN;9{8}a;f;LM;cyprus tin,ΑΦΤ,~tic,@t
CY_VAT;CY~9{8}a;f;LH;ΦΠΑ,@v
CZ_RC;99(?:[0257][1-9]|[1368][0-2])d/9{4};m01234567890;LM;rodne cislo,~rc,~birth number,@i
CZ_RC;9{6}/(?!000)9{3};;LL;
CZ_TIN;CZ~9{6}/9{3,4};;LM;danove identifikacni cislo,~dic,@t
DE_TAX_ID;[1-9]9 999 999 999;i,u8;LL;steueridentifikationsnummer,steuer id,steuerid,~identifikationsnummer,~idnr,~tin,@t
DE_TAX_ID;[1-9]99/999/9999/9;i,u8;LL;
DE_TAX_NUMBER;(?:0[1-9]|1[0-6])9{11};;LL;steuernummer,steuer nr,steuernr,~st nr,@t
DE_TAX_NUMBER;9{2,3}/9{3,4}/9{4,5};;LM;
DE_ID_CARD;[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}9;;LL;personalausweis,personalausweisnummer,ausweisnummer,ausweis nr,~ausweis,@i
DE_ID_CARD;[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}9;w731731731:0123456789;MM;
DE_ID_CARD;[A-Z0-9]#{8}9D;w731731731:0123456789;MM;
DE_PASSPORT;[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}9;;LL;reisepass
DE_SOCIAL_SECURITY;99 dm99 a 99 9;x212571212121:0123456789;HH;rentenversicherungsnummer,sozialversicherungsnummer,rvnr,sv nummer,versicherungsnummer
DE_HEALTH_INSURANCE;a999 999 999;x1212121212:0123456789;ML;krankenversichertennummer,kvnr,versichertennummer,health insurance number,~egk,~krankenkasse
DE_VAT_ID;DE~[1-9]99 999 999;i;LH;umsatzsteuer identifikationsnummer,ust id,ust idnr,ustid,~mwst nr,@v
DE_LANR;9{9};a494949:0987654321::6;LL;lanr,arztnummer
DE_BSNR;(?!00)9{9};;LL;bsnr,betriebsstattennummer,betriebsstaettennummer
DE_FUEHRERSCHEIN;a[A-Z0-9]{2}9{7}#;;LL;fuhrerscheinnummer,fuehrerscheinnummer,~fuhrerschein,~fuehrerschein,~fahrerlaubnis,@d
DE_HANDELSREGISTER;HR[AB] 9{1,6};;MM;handelsregisternummer,~handelsregister,~hrb,~hra,~registergericht,@c
DK_CPR;dm99-9999;w432765432:0-987654321;LM;cpr,personnummer,@i
DK_CPR;dm99-9999;;LL;
DK_CVR;DK~99 99 99 99;w2765432:0-987654321;LH;cvr,~se nummer,~moms,@v
EE_IK;[1-8]99md9{4};w1234567891:0123456789?:3456789123:01234567890;LL;isikukood,@i
EE_KMKR;EE~10[0-9]{7};w37137137:0987654321;LM;kmkr,kaibemaksukohustuslase number,@v
ES_NIF;ES~9{7,8}-[A-Z];mTRWAGMYFPDXBNJZSQVHLCKE;MH;nif,dni,@i,@t
ES_NIF;ES~[KLM]9{7}-a;mTRWAGMYFPDXBNJZSQVHLCKE;MH;
ES_NIE;ES~[XYZ]-9{7}-a;mTRWAGMYFPDXBNJZSQVHLCKE;MH;numero de identidad de extranjero,tarjeta de residencia,~nie,@i
ES_CIF;ES~[ABCDEFGHJNPQRSUVW]-9{7}-[0-9A-J];x2121212:0987654321@1/x2121212:JIHGFEDCBA@1;MH;cif,nif,@v,@c
ES_NUSS;99/9{8}/99;r97:2;LM;numero de seguridad social,~nuss,~naf,~seguridad social
ES_PASSPORT;a{3}9{6};;LL;pasaporte
FI_PERSONAL_IDENTITY_CODE;(dm99)[-+A-FU-Y](9{3}#);m0123456789ABCDEFHJKLMNPRSTUVWXY;HH;henkilotunnus,hetu,personbeteckning,@i
FI_ALV;FI~9{7}-9;w79a5842:0-987654321;LM;alv numero,alv nro,y tunnus,momsnummer,~alv,@v
FR_NIR;[1278]-99-[0-9]9-9[0-9AB]-999-999-99;c;MH;nir,numero de securite sociale,numero insee,carte vitale,~securite sociale
FR_NIF;[0-3]9 99 999 999 999;r511:3;LM;numero fiscal,identifiant fiscal,~spi,@t
FR_SIREN;999 999 999;l;LL;siren,@c
FR_SIRET;999 999 999 99999;l;LL;siret
FR_TVA;FR~99 9{3} 999 999;l@2;LH;numero de tva,tva intracommunautaire,~tva,@v
FR_PASSPORT;99aa9{5};;LL;passeport
FR_CNI;9{12};;LL;carte d identite,cni
GR_VAT;EL|GR~0?9{8};w379a5842:01234567890;LH;ΦΠΑ,@v
GR_AFM;9{9};w379a5842:01234567890;LL;ΑΦΜ,afm,@t
GR_AMKA;dm999 9999 9;l;LL;ΑΜΚΑ,amka
HR_OIB;HR~9{11};i;LH;oib,@i,@v
HU_TIN;89{9};w123456789:0123456789-;LL;adoazonosito,@t
HU_TAJ;999 999 999;w37373737:0123456789;LL;taj szam,~taj
HU_VAT;HU~9{8};w9731973:0987654321;LH;adoszam,@v
IE_PPS;9{7}a{1,2};a876543209:WABCDEFGHIJKLMNOPQRSTUV:WABCDEFGHIJKLMNOPQRSTUV:7;MH;pps number,ppsn,personal public service number,~pps,@t
IE_PPS;9{7}a/a;a876543209:WABCDEFGHIJKLMNOPQRSTUV:WABCDEFGHIJKLMNOPQRSTUV:7;MH;
IE_VAT;IE~9{7}a{1,2};a876543209:WABCDEFGHIJKLMNOPQRSTUV:WABCDEFGHIJKLMNOPQRSTUV:7;MH;~cbl,@v
IS_KENNITALA;em99-99[0-9]9;w32765432:0-987654321;LM;kennitala,icelandic id,~kt,@i
IT_FISCAL_CODE;a{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}a[0-9LMNP-V]{3}a;f;HH;codice fiscale,codicefiscale,@t
IT_VAT_CODE;IT~9{11};l;LH;partita iva,p iva,piva,partitaiva,@v
IT_DRIVER_LICENSE;aa9{7}a;;LL;patente di guida,~patente
IT_DRIVER_LICENSE;U1#{7}a;;LL;
IT_IDENTITY_CARD;aa 9{5} aa;;LL;carta d identita,carta di identita,carta identita,@i
IT_IDENTITY_CARD;9{7}aa;;LL;
IT_IDENTITY_CARD;aa 9{7};;LL;
IT_PASSPORT;aa9{7};;LL;passaporto
LT_ASMENS;[1-6]99-[01]99-9{3}-99;w1234567891:0123456789?:3456789123:01234567890;LM;asmens kodas,@i
LU_NIN;(?:18|19|20)99md9{5};l@0:12;MM;~matricule,@i
LU_TVA;LU~999 999 99;r89:2;LH;~tva,@v
LV_PK;dm99-[012]9999;wa584216379:12345678900;LM;personas kods,@i
LV_PK;329{4}-9{5};;LL;
LV_PVN;LV~9999 9999 999;t91483a25761:11:3;LH;pvn,@v
MT_TIN;9{3,7}[MGAPLHBZ];;LL;maltese id,malta tin,@t,@i
NL_BSN;9{4}.99.9{3};w98765432:0123456789-;LL;bsn,burgerservicenummer,sofinummer,citizen service number
NL_BTW;NL~9{7,9}B99;;LH;btw nummer,btw id,~btw,@v
NO_FODSELSNUMMER;em99 9{5};w376189452:0-987654321,w5432765432:0-987654321;LM;fodselsnummer,personnummer,d nummer,@i
NO_ORGNR;[89]99 999 999;w32765432:0-987654321;LL;organisasjonsnummer,orgnr,org nr,@c
PL_PESEL;99n d9{5};w1379137913:0987654321;LL;pesel,@i
PL_NIP;PL~999-999-99-99;w657234567:0123456789-;LM;numer nip,~nip,@t,@v
PL_REGON;9{9};w89234567:01234567890;LL;regon
PL_ID_CARD;a{3} 9{6};a731073173:0123456789::3;LL;dowod osobisty,@i
PT_NIF;PT~[1-35-9]99 999 999;w98765432:00987654321;LH;nif,contribuinte,nipc,@t,@v
PT_CC;9{8} 9 a{2}9;;LL;cartao de cidadao,@i
PT_NISS;[12]9{10};w9397317532:9876543210;LL;niss,numero de seguranca social,~seguranca social
RO_CNP;[1-9]99md9{6};w279146358279:01234567891;LL;cnp,cod numeric personal,@i
RO_CUI;RO~9{5,10};w753217532:00987654321;LH;cod fiscal,cif,~cui,@v,@c
RS_PIB;9{9};i;LL;ПИБ,~pib,@t
RS_JMBG;dm999 99 9999;w765432765432:00987654321;LM;jmbg,maticni broj,ЈМБГ,@i
BA_JMBG;dm999 99 9999;w765432765432:00987654321;LM;jmbg,maticni broj,@i
RU_INN;9{10};w24a359468:01234567890;LL;ИНН,inn number,~inn,@t
RU_INN;9{12};w724a359468:01234567890,w3724a359468:01234567890;LL;
RU_SNILS;999-999-999 99;p987654321:101;LM;СНИЛС,snils,russian pension number
SE_PERSONNUMMER;(?:19|20)?99me-9{4};l@-10;LM;personnummer,personnr,~pnr,samordningsnummer,@i
SE_ORGANISATIONSNUMMER;99[2-9]9{3}-9{4};l;LM;organisationsnummer,orgnr,org nr,~company identity code,@c
SI_EMSO;d.m.999.99.999.9;w765432765432:00987654321;LM;emso,@i
SI_TIN;SI~[1-9]9{7};w8765432:-0987654321;LH;davcna stevilka,id za ddv,~ddv,@t,@v
SK_RC;99(?:[05][1-9]|[16][0-2])d/9{4};m01234567890;LM;rodne cislo,~rc,~birth number,@i
SK_RC;9{6}/9{3};;LL;
SK_DPH;SK~[1-9]9[2-47-9]9{7};m0123456789-;LH;ic dph,~dic,@v
UA_RNTRC;9{10};wa57946a57:01234567890;LL;РНОКПП,ІПН,rnokpp,~ipn,@t
UK_NHS;999 999 9999;wa98765432:0-987654321;LL;nhs number,nhs no,~nhs
UK_NINO;(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] 99 9 9 99 [A-D];;MM;nino,ni number,ni no,national insurance number,national insurance no,~national insurance
UK_UTR;9{5} 9{5};a06789a5432:21987654321::0;LL;utr,taxpayer reference,@t
UK_DRIVING_LICENCE;(?=[A-Z]{1,5}9{0,4} ?[0-9]{6})a#{4} 9(?:[05][1-9]|[16][0-2])d9 a[A-Z9]9#{2}9?9?;;MM;~dvla,@d
UK_PASSPORT;[A-Z0-9]{2}9{7};;LL;british passport,uk passport
UK_PASSPORT;9{9};;LL;
UK_TRN;99a 9{5};;LL;temporary reference number,national insurance number,~trn,~paye,~national insurance
UK_POSTCODE;[A-PR-UWYZ][A-HK-Y]?9[A-Z0-9]? 9[ABD-HJLNP-UW-Z]{2};;LL;postcode,post code,postal code,~address,~addr
UK_POSTCODE;GIR 0AA;;LL;
UK_VAT;GB~9{3} 9{4} 99;p8765432:97:0/p8765432:97:55;LH;@v
UK_VEHICLE_REGISTRATION;[A-HJ-PR-Y]{2}(?:0[2-9]|[12567][0-9]) [A-HJ-PR-Z]{3};;LL;vrm,~vehicles,~registration,~plate
UK_VEHICLE_REGISTRATION;a9{1,3} aaa;;LL;
UK_VEHICLE_REGISTRATION;aaa 9{1,3}[A-HJ-NP-TV-Y];;LL;
`
