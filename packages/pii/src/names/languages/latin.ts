/** Languages in Latin letters: German, Dutch, French, Spanish, Italian, Portuguese; the Nordic ones; those of Central Europe; Turkish. */
export const latin = `
SECRET|passwort*,kennwort*,geheimzahl,wachtwoord*,losenord*,passord*,adgangskode*,pinkod*,salasana*,lykilord,mot passe,motdepasse,mdp,cle secrete,
  cle api,contrasena,clave secreta,chiave segreta,senha*,palavra passe,chave secreta,token acceso,jeton acces,
  haslo*,heslo*,jelszo*,lozinka,=parola,sifre*,pin kod*
CREDIT_CARD|kreditkarte*,kartennummer,kaartnummer,kreditkort*,kortnummer,luottokortti,carte bancaire,numero carte,tarjeta credito,numero tarjeta,
  =tarjeta,carta credito,numero carta,cartao credito,numero cartao,=karty,karta kredytowa,bankkartya*,numar card,=kartice,kart no,kredi karti|
  karte,kaart,kort,carte,tarjeta,carta,cartao,karta,karty
CVV|sicherheitscode,code securite,cryptogramme,codigo seguridad,codice sicurezza,codigo seguranca,sakerhetskod,guvenlik kodu
CARD_EXPIRY|expiration carte,caducidad tarjeta,scadenza carta,validade cartao|gultig bis,caducidad,scadenza,validade
EMAIL|adresse mail,emailadres*,mailadres*,courriel,correo,correo electronico,posta elettronica,e post*,epostadres*,sahkoposti,sahkopostiosoite,netfang,mailova adresa,e posta,eposta
PHONE|telefon*,telefonnummer,rufnummer,handy*,handynummer,mobil*,mobilnummer,telefoon,telefono,telefone,movil,celular,cellulare,telemovel,tlf*,puhelin*,simanumer,=simi,
  telefonu,komorka,telefonszam,cep no|anrufen,bellen,appelez,portable,gsm,cep,llamar,llame,chiamare,ligue,ringa,puh,zadzwon,kom
BANK_ACCOUNT|kontonummer,bankkonto*,=konto,rekeningnummer,compte bancaire,numero compte,cuenta bancaria,numero cuenta,conto corrente,numero conto,
  conta bancaria,conta corrente,numero conta,tilinumero,numer konta,konto bankowe,cislo uctu,szamlaszam,bankszamla*,cont bancar,broj racuna,hesap no
DATE_OF_BIRTH|geburtsdatum,geburtstag,geboortedatum,fodelsedatum,fodselsdato,syntymaaika,fadingardagur,date naissance,fecha nacimiento,data nascita,
  data nascimento,data urodzenia,datum narozeni,datum narodenia,szuletesi datum,data nasterii,datum rodenja,dogum tarihi|
  geboren,fodd,fodt,ne le,nee le,nacido,nato il,nascido,urodzony,narozen,dogum
PERSON|vorname*,nachname*,familienname,kontoinhaber,voornaam,achternaam,=naam,fornamn*,efternamn*,=namn,fornavn*,etternavn*,efternavn*,=navn,etunimi,sukunimi,=nimi,
  fornafn,=nafn,prenom*,nom famille,nom complet,nom client,=nom,=titulaire,apellido*,nombre completo,nombre cliente,=nombre,=titular,cognome,
  sobrenome,nome completo,nome cliente,=nome,imie,imie nazwisko,nazwisko,prijmeni,=jmeno,priezvisko,=meno,vezeteknev,keresztnev,=nev,
  prenume,=nume,prezime,ime prezime,=ime,soyad*,ad soyad,=isim
USERNAME|benutzername*,gebruikersnaam,anvandarnamn,brukernavn,brugernavn,kayttajatunnus,nom utilisateur,nombre usuario,nome utente,nome usuario,
  nazwa uzytkownika,uzivatelske jmeno,felhasznalonev,nume utilizator,korisnicko ime,kullanici adi
ADDRESS|adres*,anschrift*,strase*,hausnummer,wohnort,geburtsort,=ort,=stadt,lieferadresse,straat*,woonplaats,=stad,gatuadress,=gata,osoite,
  katuosoite,heimilisfang,lieu naissance,=rue,=ville,direccion*,domicilio,=calle,=ciudad,indirizzo,=citta,endereco,logradouro,
  bairro,=rua,=cidade,=ulica,=miasto,bydliste,lakcim,=varos,domiciliu,=strada,=oras,prebivaliste,=sokak,=sehir
POSTCODE|postleitzahl,=plz,postnummer,postinumero,codigo postal,code postal,codice postale,=cep,kod pocztowy,=psc,iranyitoszam,cod postal,postanski broj,posta kodu
GENDER|geschlecht,geslacht,kjonn,=kon,sukupuoli,sexe,sexo,sesso,=genero,plec,pohlavi*,=spol,cinsiyet*
SALARY|gehalt,einkommen,salaris,inkomen,manadslon,inkomst,inntekt,palkka,salaire,salario,sueldo,stipendio,reddito,wynagrodzenie,mzda,salariu,maas*
MEDICAL_RECORD|patientennummer,dossier medical,historia clinica,cartella clinica,=prontuario
HEALTH|befund*,allergie*,blutgruppe,medikament*,diagno*,groupe sanguin,diagnostico,grupo sanguineo,gruppo sanguigno
PASSPORT|reisepas*,passnummer,paspoort*,passeport*,pasaport*,paszport*,utlevel*,putovnica
DRIVER_LICENSE|fuhrerschein*,rijbewijs*,korkort*,forerkort*,korekort*,ajokortti,permis conduire,licencia conducir,patente guida,=cnh,prawo jazdy,ehliyet*
NATIONAL_ID|ausweis*,personalausweis,carte identite,documento identidad,=cedula,carta identita,dowod osobisty,obcansky prukaz,osobna iskaznica,licna karta,kimlik*
VAT_NUMBER|ust id*,numero tva,partita iva
`
