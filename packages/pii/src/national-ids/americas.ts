/** As in `europe`. */
export const americas = `
AR_CUIT;[235][03457]-9{8}-9;w5432765432:09987654321;LM;cuit,cuil,@t
AR_DNI;9{1,2}.999.999;;LL;dni
AR_CBU;9{8} 9{14};w7139713:0987654321@0:8,w3971397139713:0987654321@8;LL;cbu
BR_CPF;999.999.999-99;wa98765432:00987654321,wba98765432:00987654321;LH;cpf
BR_CNPJ;#{2}.#{3}.#{3}/#{4}-99;a543298765432:00987654321:-----------------ABCDEFGHIJKLMNOPQRSTUVWXYZ,a6543298765432:00987654321:-----------------ABCDEFGHIJKLMNOPQRSTUVWXYZ;LH;cnpj
BR_RG;9{1,2}.999.999-[0-9X];;LL;registro geral,carteira de identidade,cedula de identidade,~rg
BR_PIS;9{3}.9{5}.99-9;w3298765432:00987654321;LM;pasep,~pis,~nis,~nit
CA_SIN;[1-79]99 999 999;l;LL;sin number,sin no,social insurance,numero d assurance sociale,canadian sin,~sin,~nas
CA_BN;9{5} 9{4};l;LL;canadian business number,~business number
CA_PASSPORT;aa9{6};;LL;canadian passport
CA_PASSPORT;a9{6}aa;;LL;
CL_RUT;CL~9{1,2}.999.999-[0-9K];w32765432:0K987654321;LM;~rut,~run,@t
CO_NIT;999.999.999-9;w847186273:01987654321;LM;~nit,@t
CO_CEDULA;9{1,4}.999.999;;LL;cedula
DO_CEDULA;9{3}-9{7}-9;l;LM;cedula
EC_CI;(?:[01][1-9]|10|2[0-4]|30)[0-5]9{6}-9;l;LL;cedula
GT_CUI;9{4} 9{5} 9{4};a23456789:0123456789-::8;LL;~cui,~dpi
MX_CURP;a{4}99md[HMX]a{5}#9;aihgfedcba98765432:0987654321:0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ;HH;curp
MX_RFC;a{3,4} 99md #{2}[0-9A];;MM;~rfc,@t
MX_RFC;a{4}-99md;;LL;
MX_CLABE;9{18};w37137137137137137:0987654321;LL;clabe
PE_RUC;(?:10|15|17|20)9{9};w5432765432:10987654321;LL;ruc,@t
PE_DNI;9{8};;LL;dni
PY_CEDULA;9{2,3}.999;;LL;
PY_CEDULA;9{1,2}.999.999;;LL;cedula
PY_RUC;9{4,8}-9;w98765432:00987654321;LL;ruc,@t
US_ITIN;[9]9{2}-(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])-9{4};;LM;itin,@t
US_EIN;(?:0[1-6]|1[0-6]|2[0-7]|[35][0-9]|[468][0-8]|7[1-7]|9[0-589])-9{7};;LL;employer identification number,employer id,ein number,ein no,fein,federal ein,=ein,=tin,~federal id,@t
US_NPI;[12]999-999-999;l80840;LL;npi,provider identifier,~provider id
US_ABA_ROUTING;(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)99-9999-9;w37137137:0987654321;LL;routing number,routing no,routing transit number,~routing,~aba,~rtn
US_PASSPORT;[A-Z0-9]9{8};;LL;@p
US_DRIVER_LICENSE;9{7,13};;LL;~dmv,~dl,@d
US_DRIVER_LICENSE;a{1,2}9{3,14};;LL;
US_MBI;[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]9-[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]9-[AC-HJKMNP-RT-Y]{2}99;;MH;medicare beneficiary identifier,medicare number,~mbi,~medicare
US_DEA;[ABCDEFGHJKLMPRSTUX][A-Z9]9{7};w121212:0123456789@2;MM;dea number,~dea
UY_CEDULA;9.999.999-9;w2987634:0987654321;LM;cedula
VE_RIF;[VEJPG]-9{8}-9;a432765432:00987654321:-VEJPG;MH;~rif
VIN;(?=[0-9]{0,16}[A-Z])[A-HJ-NPR-Z0-9]{13}9{4};a8765432a098765432:0123456789X:-ABCDEFGHR--JKLMNWPYZ---STUV-X:8;MM;vehicle identification number,chassis number,~vin
VIN;(?=[0-9]{0,16}[A-Z])[A-HJ-NPR-Z0-9]{17};;LL;
IMEI;99-9{6}-9{6}-9;l;LL;imei
`
