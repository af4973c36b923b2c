import { describe, expect, it } from 'vitest'
import { core } from '../../src/core-set.ts'
import { createDetector } from '../../src/detector.ts'
import { createFieldNames } from '../../src/names/field-name.ts'
import { languages } from '../../src/names/languages.ts'
import { createLexicon } from '../../src/names/lexicon.ts'
import { people } from '../../src/names/people.ts'
import { SECRET_TERMS } from '../../src/secrets/terms.ts'

const names = createFieldNames(
  createLexicon([...core.terms, ...people.terms, ...languages.terms, SECRET_TERMS]),
  [core, people, languages].flatMap(({ modifiers }) => modifiers ?? []),
)
/** The type of a path of names, separated by slashes. */
const typeOf = (path: string) => path.split('/').reduce((name, key) => name.child(key), names).type

const NAMED: Readonly<Record<string, string>> = {
  SECRET: `passwort Passwort neuesPasswort passwort_neu benutzer-passwort kennwort geheimzahl wachtwoord nieuwWachtwoord lösenord losenord passord
    nyttPassord adgangskode salasana lykilorð mot_de_passe motDePasse motdepasse mdp clé_secrète cleSecrete cle_api contraseña contrasena
    nuevaContraseña clave_secreta claveSecreta  parola chiave_segreta chiaveSegreta senha novaSenha senha_usuario palavra-passe
    chave_secreta hasło haslo HASŁO noweHaslo heslo jelszó jelszo lozinka şifre sifre пароль новый_пароль секретный_ключ парола κωδικός_πρόσβασης
    كلمة_المرور كلمة_السر סיסמה पासवर्ड kata_sandi kataSandi mật_khẩu matKhau รหัสผ่าน 密码 登录密码 密碼 mima パスワード 新しいパスワード 暗証番号 비밀번호 새비밀번호`,
  CREDIT_CARD: `kreditkarte Kreditkartennummer kartennummer kreditKarte karten_nummer kaartnummer kreditkort kredittkort kortnummer kort_nummer luottokortti
    carte_bancaire numéro_de_carte numeroCarte numero_de_la_carte tarjeta numero_tarjeta numeroDeTarjeta númeroTarjeta tarjeta_de_crédito tarjeta/numero
    carta_di_credito numero_carta numeroDellaCarta cartão_de_crédito numero_cartao numeroDoCartao numer_karty numerKarty karta_kredytowa cislo_karty
    bankkártya bankkartyaszam numar_card broj_kartice kart_no kredi_kartı номер_карты номерКарты αριθμός_κάρτας رقم_البطاقة כרטיס_אשראי nomor_kartu
    卡号 信用卡号 银行卡号 yinhangka カード番号 クレジットカード番号 카드번호`,
  CVV: 'sicherheitscode code_de_sécurité cryptogramme codigo_de_seguridad código_seguridad codice_sicurezza codigo_de_seguranca säkerhetskod güvenlik_kodu 安全码 セキュリティコード',
  CARD_EXPIRY: 'caducidad_tarjeta tarjeta/caducidad scadenza_carta validade_cartao expiration_carte',
  EMAIL: `emailAdresse email_adresse e_mail_adresse emailadresse e-mailadres courriel adresse_mail correo correo_electronico correoElectrónico
    direccion_de_correo direccion_email posta_elettronica indirizzo_email endereço_de_email e-post epostadress epostadresse sähköposti
    sahkopostiosoite netfang adres_email e-mailová_adresa e-posta eposta_adresi почта email_адрес البريد_الإلكتروني ईमेल อีเมล 邮箱 电子邮件
    电子邮件地址 youxiang メールアドレス 이메일 이메일주소`,
  PHONE: `telefon telefonnummer telefonNummer telefon_nr telefonnr rufnummer handy handynummer mobilnummer mobil telefoon telefoonnummer téléphone
    numero_telephone numéroDeTéléphone teléfono telefono numero_de_telefono telefono_movil móvil celular cellulare numero_cellulare telefone
    número_telefone telemóvel tlf tlfnr tlf_nr mobilnr puhelin puhelinnumero puhelin_numero sími numer_telefonu telefonni_cislo telefonszám
    telefonszam numar_telefon broj_telefona cep_telefonu cep_no telefonNumarası τηλέφωνο телефон номер_телефона номерТелефона мобильный_телефон هاتف رقم_الهاتف
    جوال טלפון טלפון_נייד फ़ोन फोन_नंबर मोबाइल telepon nomor_telepon no_hp số_điện_thoại soDienThoai sdt โทรศัพท์ เบอร์โทร เบอร์โทรศัพท์ 电话 联系电话 手机 手机号
    手机号码 電話番号 携帯電話 denwa denwabango denwa_bango keitai 전화 전화번호 휴대폰 휴대폰번호 연락처 shouji shoujihao dianhua dianhuahaoma contacto/teléfono`,
  IP_ADDRESS: 'ip_adresse ipAdresse direccion_ip adresse_ip indirizzo_ip ip-адрес ip_adres adres_ip ip地址 ipアドレス',
  BANK_ACCOUNT: `kontonummer kontoNummer konto_nr bankkonto konto/nummer rekeningnummer compte_bancaire numero_de_compte cuenta_bancaria numeroCuenta
    número_de_cuenta conto_corrente numero_di_conto conta_bancaria conta_corrente numero_da_conta tilinumero numer_konta cislo_uctu číslo_účtu
    bankszamla szamlaszam cont_bancar broj_računa hesap_no αριθμός_λογαριασμού номер_счета رقم_الحساب nomor_rekening số_tài_khoản 银行账号 口座番号 계좌번호`,
  DATE_OF_BIRTH: `geburtsdatum geburtsDatum geburts_datum geburtstag geboortedatum födelsedatum fodelsedatum fødselsdato fodselsdato foedselsdato
    syntymäaika fæðingardagur date_de_naissance dateNaissance datenaissance dateDeNaissance fecha_nacimiento fechaNacimiento fecha_de_nacimiento
    fechanacimiento fecha_nacimiento_cliente data_di_nascita dataNascita data_de_nascimento dataNascimento datanascimento data_urodzenia dataUrodzenia
    datum_narození datum_narodenia születési_dátum data_nasterii data_nașterii datum_rođenja doğum_tarihi dogumTarihi дата_рождения датаРождения
    дата_народження дата_на_раждане ημερομηνία_γέννησης تاريخ_الميلاد תאריך_לידה जन्म_तिथि tanggal_lahir ngày_sinh ngaySinh วันเกิด 出生日期 生日
    shengri 生年月日 誕生日 seinengappi sei_nen_gappi 생년월일`,
  PERSON: `vorname nachname vorName Nachname familienname kontoinhaber voornaam achternaam naam förnamn fornamn efternamn namn fornavn etternavn
    efternavn navn etunimi sukunimi nimi fornafn nom prénom prenom nom_de_famille nomDeFamille nom_complet client/nom nombre apellido apellidos
    primer_apellido nombre_completo nombre_cliente nombreDelCliente cliente/nombre nome cognome sobrenome nome_completo nomeCompleto nome_do_cliente
    nomeCliente utente/nome imię imie nazwisko imie_nazwisko jméno příjmení prijmeni priezvisko vezetéknév keresztnév nume prenume ime prezime
    soyad soyadı ad_soyad isim επώνυμο ονοματεπώνυμο όνομα имя фамилия отчество ФИО прізвище ім'я familiya الاسم שם_פרטי שם_משפחה नाम nama nama_lengkap
    họ_tên นามสกุล 姓名 联系人 收件人 xingming 氏名 お名前 shimei namae 이름 성명 nom1 nome_2`,
  USERNAME: `benutzername gebruikersnaam användarnamn brukernavn brugernavn käyttäjätunnus nom_d_utilisateur nom_utilisateur nombre_de_usuario
    nombreUsuario nome_utente nome_de_usuario nazwa_użytkownika uživatelské_jméno felhasználónév nume_utilizator korisničko_ime kullanıcı_adı логин
    имя_пользователя اسم_المستخدم שם_משתמש nama_pengguna 用户名 ユーザー名`,
  ADDRESS: `adresse Anschrift straße strasse Hausnummer wohnort geburtsort ort stadt lieferadresse liefer_adresse adres straat woonplaats adress
    gatuadress osoite katuosoite lieu_de_naissance rue ville adresse/rue adresse/ville dirección direccion calle ciudad domicilio direccion_entrega
    direccion/ciudad indirizzo citta  endereço endereco logradouro rua cidade bairro ulica miasto adresa adresă bydliště lakcím
    strada oras sehir adresi διεύθυνση адрес адрес_доставки улица город כתובת पता alamat alamat_rumah địa_chỉ diaChi ที่อยู่ 住址 收货地址 地址 dizhi 住所 주소 jusho`,
  POSTCODE: `plz postleitzahl codigo_postal códigoPostal code_postal codePostal codepostal codice_postale cep kod_pocztowy psc irányítószám
    postnummer postinumero posta_kodu почтовый_индекс kode_pos 邮编 郵便番号 우편번호`,
  GENDER:
    'geschlecht geslacht kjønn sukupuoli sexe sexo sesso género płeć pohlaví cinsiyet пол φύλο الجنس लिंग jenis_kelamin giới_tính เพศ 性别 xingbie 性別 seibetsu 성별',
  SALARY:
    'gehalt einkommen salaris månadslön salaire salario sueldo stipendio wynagrodzenie mzda maaş зарплата gaji เงินเดือน 工资 年収 연봉',
  MEDICAL_RECORD: 'patientennummer dossier_medical historia_clinica cartella_clinica',
  HEALTH:
    'befund diagnose diagnosi diagnosis_medica/diagnóstico diagnóstico blutgruppe groupe_sanguin gruppo_sanguigno диагноз 血型 血液型',
  PASSPORT: `reisepass reisepassnummer reisePassNummer passnummer paspoortnummer passeport numero_passeport pasaporte passaporto passaporte paszport numer_paszportu
    útlevél pasaport_no паспорт номер_паспорта جواز_السفر דרכון paspor hộ_chiếu 护照 护照号 护照号码 huzhao パスポート番号 旅券番号 여권번호`,
  DRIVER_LICENSE:
    'führerschein fuehrerschein fuehrerscheinnummer rijbewijs körkort førerkort permis_de_conduire licencia_de_conducir patente_di_guida prawo_jazdy ehliyet_no 驾照 運転免許',
  NATIONAL_ID: `ausweisnummer personalausweis carte_d_identité carte_identite numeroCarteIdentite documento_de_identidad cedula carta_d_identita dowód_osobisty
    kimlik_no رقم_الهوية תעודת_זהות no_ktp cccd 身份证 身份证号 身份证号码 shenfenzheng 证件号 신분증`,
  VAT_NUMBER: 'ust_id ustId ustIdNr numero_tva partita_iva partitaIva',
}

const NOT_NAMED = `name code id typ type status datum wert valeur numero nummer via conto konto_typ ort_id kod kodi maa ad adi clave claves llave clef
  telefon_typ telefonTyp tipo_telefono tipo_de_telefono estado_del_telefono telefon_status telefono_verificado email_verificado email_bestätigt
  passwort_geändert_am/status token_anzahl anzahl_token tiene_telefono hat_telefon tem_email cantidad_tarjetas_telefono passwortlänge passwort_laenge
  passwort_id fecha_cambio_contrasena fecha_de_cambio_de_contrasena typ_adresy тип_телефона tipo_documento_identidad tipo_de_tarjeta
  produkt_navn product_naam nom_produit nomFichier nom_fichier nome_arquivo nome_do_arquivo nombre_producto nombreArchivo nombre_empresa nome_prodotto
  produit/nom producto/nombre produto/nome prodotto/nome empresa/nombre entreprise/nom categoria/nome pays/nom pais/nombre
  nombre_plan nomTable nome_tabella nom_variable navn_type bezeichnung beschreibung description descripcion descrizione descricao beskrivelse
  kuvaus opis popis leiras descriere aciklama описание название наименование 名称 商品名 产品名称 会社名 상품명 설명 说明 説明 وصف تعريف
  bestellnummer auftragsnummer rechnungsnummer artikelnummer kundennummer numero_pedido numero_commande numero_ordine numero_fattura numeroFactura
  ordernummer fakturanummer tilausnumero numer_zamowienia cislo_objednavky rendelesszam номер_заказа 订单号 注文番号 주문번호 sendungsnummer
  preis prix precio prezzo preco pris hinta cena ar_brutto pret fiyat цена 价格 価格 가격 menge quantite cantidad quantita kvantitet maara ilosc 数量 수량
  betrag montant importe importo valor_total belop summa kwota castka osszeg suma tutar сумма 金额 金額 금액 waehrung devise moneda valuta waluta mena валюта
  erstellt_am created_le fecha_creacion fechaAlta data_creazione data_criacao data_criacao_conta dato opprettet luotu data_utworzenia дата_создания 创建时间 作成日 생성일
  aktiv actif activo attivo ativo aktywny активен farbe couleur color cor colore groesse taille tamano titel titre titulo titolo otsikko tytul заголовок 标题
  seite page pagina sida sivu strona страница sprache langue idioma lingua kieli jezyk язык 语言 land pays pais paese kraj страна 国家 국가
  version fichier archivo cartella ordner dossier mappe kansio plik файл 文件 ファイル 파일 kommentar commentaire comentario kommentti комментарий 备注
  kategorie categorie categoria kategori luokka категория 类别 menu menue knopf bouton boton pulsante url lien enlace 链接 网址 服务器地址 图片地址
  monkey keyboard mandatory normal nominal nomenclature nominated renome nomad portal portability mobilizer cartography carton cartridge passing
  passive handler handlers pinned corner correos_enviados_total adresstyp telefontyp kartentyp kontostand kontotyp s_id p_an i_p grad kont
  index keys values rows cols ruecksendung sprint order_item build_nr commit_hash sexagesimal generic gender_type pasos planta platform planner
  cap cp hp dni_type numero_serie numeroSerie seriennummer serienummer numero_de_serie 序列号 号 番 日 年 月 大小 类型 状态 手机型号 电话类型 密码强度 密码长度 卡类型
  パスワード長 電話種別 전화상태 비밀번호변경 メール件名 邮箱状态 ช่อง รายการ ราคา จำนวน सूची मूल्य संख्या पति קובץ מחיר ملف سعر عدد`

describe('names of fields in other languages', () => {
  const cases = Object.entries(NAMED).flatMap(([type, keys]) =>
    keys
      .trim()
      .split(/\s+/)
      .map((key) => [key, type] as const),
  )

  it('are many', () => expect(cases.length).toBeGreaterThan(600))
  it.each(cases)('%s is %s', (key, type) => expect(typeOf(key)).toBe(type))
})

describe('names that say something else', () => {
  it.each(NOT_NAMED.trim().split(/\s+/))('%s is nothing', (path) => expect(typeOf(path)).toBeUndefined())
})

describe('languages in a detector', () => {
  const detector = createDetector({ sets: [people, languages] })

  it('name the fields of a document', () => {
    const document = {
      cliente: {
        nombre: 'Ana',
        apellidos: 'García',
        fecha_nacimiento: '1980-02-03',
        dirección: { calle: 'Mayor 1', ciudad: 'Madrid', código_postal: '28013' },
      },
      producto: { nombre: 'Silla', precio: 30 },
    }
    expect(detector.detectDocument(document).map(({ pointer, type }) => `${pointer} ${type}`)).toEqual([
      '/cliente/nombre PERSON',
      '/cliente/apellidos PERSON',
      '/cliente/fecha_nacimiento DATE_OF_BIRTH',
      '/cliente/dirección/calle ADDRESS',
      '/cliente/dirección/ciudad ADDRESS',
      '/cliente/dirección/código_postal POSTCODE',
    ])
  })

  it.each([
    ['Meine Telefonnummer ist 030 901820', 'PHONE'],
    ['número de la cuenta 12345678', 'BANK_ACCOUNT'],
    ['geboren am 03.02.1980 in Ulm', 'DATE_OF_BIRTH'],
    ['дата рождения 03.02.1980', 'DATE_OF_BIRTH'],
    ['我的出生日期是1980-02-03', 'DATE_OF_BIRTH'],
    ['생년월일 1980-02-03', 'DATE_OF_BIRTH'],
    ['वันเกิด วันเกิด 03/02/1980', 'DATE_OF_BIRTH'],
  ])('speak for the value in %s', (text, type) =>
    expect(detector.detectText(text).map((finding) => finding.type)).toEqual([type]),
  )

  it('say nothing of a value beside other words', () => {
    for (const text of ['Il conto è 4512 euro', 'le 03.02.1980', 'calle 12345678', 'Artikel 030 901820'])
      expect(detector.detectText(text)).toEqual([])
  })
})
