/**
 * Languages of other scripts, and of Asia: Greek, Russian, Ukrainian, Bulgarian, Arabic, Hebrew, Hindi, Indonesian and Malay, Vietnamese, Thai,
 * Chinese, Japanese, Korean; some in Latin letters, too, where keys are written so.
 */
export const scripts = `
SECRET|κωδικος προσβασης,συνθηματικο,пароль*,парола,секретный ключ,كلمة المرور,كلمة السر,סיסמה,סיסמא,पासवर्ड,kata sandi,kata laluan,mat khau,รหัสผ่าน,密码,密碼,密钥,mima,
  パスワード,暗証番号,비밀번호
CREDIT_CARD|αριθμος καρτας,=карты,=картки,رقم البطاقة,כרטיס אשראי,कार्ड नंबर,=kartu,kartu kredit,so the,บัตรเครดิต,卡号,卡號,银行卡,信用卡,
  yinhangka,カード番号,クレジットカード,카드번호,신용카드|карта,карты
CVV|安全码,セキュリティコード
EMAIL|почта,имейл,البريد الالكتروني,דוא ל,ईमेल,อีเมล,邮箱,电子邮件,邮件地址,電子郵件,youxiang,メールアドレス,이메일,이메일주소
PHONE|τηλεφωνο,κινητο,телефон*,тел,мобильный,هاتف,الهاتف,جوال,الجوال,טלפון,נייד,फोन,मोबाइल,telepon,no hp,dien thoai,sdt,โทร,เบอร์โทร,โทรศัพท์,มือถือ,电话,手机,手机号,
  電話,手機,dianhua,shouji,電話番号,携帯,denwa,keitai,전화,전화번호,휴대폰,연락처|телефона,телефону,звоните,联系
BANK_ACCOUNT|αριθμος λογαριασμου,номер счета,номер рахунку,банкова сметка,رقم الحساب,חשבון בנק,खाता संख्या,nomor rekening,so tai khoan,เลขบัญชี,银行账号,口座番号,
  계좌번호
DATE_OF_BIRTH|ημερομηνια γεννησης,дата рождения,дата народження,дата раждане,تاريخ الميلاد,תאריך לידה,जन्म तिथि,tanggal lahir,tarikh lahir,ngay sinh,วันเกิด,出生日期,
  出生年月,生日,shengri,生年月日,誕生日,seinengappi,생년월일,생일|родился,родилась,出生,生まれ
PERSON|επωνυμο,ονοματεπωνυμο,=ονομα,имя,фамилия,отчество,фио,прізвище,ім я,име,familiya,الاسم,اسم العائلة,שם פרטי,שם משפחה,नाम,nama lengkap,=nama,ho ten,
  นามสกุล,姓名,联系人,收件人,xingming,氏名,名前,shimei,namae,이름,성명
USERNAME|ονομα χρηστη,имя пользователя,логин,اسم المستخدم,שם משתמש,nama pengguna,ten dang nhap,ชื่อผู้ใช้,用户名,ユーザー名
ADDRESS|διευθυνση,адрес*,улица,=город,=місто,=العنوان,כתובת,पता,alamat,dia chi,ที่อยู่,住址,收货地址,=地址,dizhi,住所,jusho,=주소
POSTCODE|ταχυδρομικος κωδικας,почтовый индекс,الرمز البريدي,מיקוד,kode pos,รหัสไปรษณีย์,邮编,邮政编码,郵便番号,yubin,우편번호
GENDER|φυλο,=пол,=стать,الجنس,लिंग,kelamin,gioi tinh,เพศ,性别,性別,xingbie,seibetsu,성별
SALARY|μισθος,зарплата,الراتب,वेतन,gaji,เงินเดือน,工资,薪资,給与,年収,연봉
HEALTH|диагноз,血型,病史,診断,血液型,진단
PASSPORT|διαβατηριο,паспорт*,جواز السفر,דרכון,पासपोर्ट,paspor*,ho chieu,หนังสือเดินทาง,护照,護照,huzhao,パスポート,旅券,여권
DRIVER_LICENSE|водительские права,رخصة القيادة,驾照,驾驶证,運転免許,운전면허
NATIONAL_ID|ταυτοτητα,رقم الهوية,תעודת זהות,ktp,cccd,บัตรประชาชน,身份证,证件号,shenfenzheng,신분증
`
