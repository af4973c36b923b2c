import type { Modifiers } from '../../recogniser.js'

/** Words of other languages around a term that change what the name of a field means. */
export const modifiers: Modifiers = {
  properties:
    'anzahl,aantal,antal,antall,liczba,pocet,typ,tipo,tipi,turu,tyyppi,estado,stato,statut,etat,durum,tila,lange,' +
    'laenge,datum,verifie,verificado,verificato,valide,validado,confirme,confirmado,confermato,bestatigt,bestaetigt,' +
    'gultig,gueltig,aktiv,actif,activo,ativo,attivo,тип,статус',
  questions:
    'tipo,type,estado,stato,statut,etat,cantidad,quantidade,quantita,longitud,fecha,changement,cambio,modification,' +
    'longueur,hat,ist,tiene,tem,heeft,har,liczba,typ,anzahl,antal,тип,статус,نوع,loai,tipe,jumlah',
  generic:
    'numer,cislo,numar,broj,numarasi,nomor,wert,waarde,varde,verdi,vardi,arvo,valeur,valor,valore,wartosc,hodnota,' +
    'ertek,valoare,vrijednost,deger,principal,privat,prive,privado,nuevo,номер,значение,رقم,قيمة,值,号码,値,番号,값,번호',
  things:
    'produkt,produit,producto,produto,prodotto,termek,urun,produk,продукт,товар,artikel,articulo,articolo,artigo,' +
    'fichier,archivo,arquivo,firma,empresa,entreprise,societe,azienda,categoria,categorie,kategorie,pays,pais,paese,' +
    'projet,proyecto,progetto,projeto,projekt,curso,corso,marca,marque,tabla,tabela',
  persons:
    'kunde,kundin,benutzer,nutzer,patientin,mitarbeiter,empfanger,absender,gast,fahrer,mieter,versicherter,client,utilisateur,salarie,' +
    'destinataire,expediteur,passager,locataire,assure,cliente,usuario,paciente,empleado,destinatario,remitente,pasajero,titular,utente,' +
    'paziente,dipendente,mittente,passeggero,funcionario,passageiro,klant,gebruiker,medewerker,ontvanger,kund,anstalld,mottagare,ansatt,' +
    'asiakas,tyontekija,klient,pracownik,odbiorca,pacjent,zakaznik,zamestnanec,musteri,calisan,hasta,angajat',
  nameParts:
    'nom,nombre,nome,navn,namn,naam,nimi,imie,nazwisko,jmeno,prijmeni,isim,soyisim,nume,prenume,имя,фамилия,氏名,名前,姓名,이름,성명',
}
