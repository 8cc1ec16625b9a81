"""Countries, their states and their dialling codes, as people and both vendors write them. Pure.

Countries and codes are ISO 3166; dialling codes and trunk prefixes are those of ITU-T E.164.
"""

from collections.abc import Mapping

from integration.gateways.countries import TO_ALPHA_2

COUNTRIES: Mapping[str, str] = dict(
    pair.split("=")
    for pair in """
AD=Andorra|AE=United Arab Emirates|AF=Afghanistan|AG=Antigua and Barbuda|AI=Anguilla|AL=Albania
AM=Armenia|AO=Angola|AQ=Antarctica|AR=Argentina|AS=American Samoa|AT=Austria|AU=Australia|AW=Aruba
AX=Åland Islands|AZ=Azerbaijan|BA=Bosnia and Herzegovina|BB=Barbados|BD=Bangladesh|BE=Belgium
BF=Burkina Faso|BG=Bulgaria|BH=Bahrain|BI=Burundi|BJ=Benin|BL=Saint Barthélemy|BM=Bermuda
BN=Brunei|BO=Bolivia|BQ=Caribbean Netherlands|BR=Brazil|BS=Bahamas|BT=Bhutan|BV=Bouvet Island
BW=Botswana|BY=Belarus|BZ=Belize|CA=Canada|CC=Cocos (Keeling) Islands
CD=Democratic Republic of the Congo|CF=Central African Republic|CG=Republic of the Congo
CH=Switzerland|CI=Côte d'Ivoire|CK=Cook Islands|CL=Chile|CM=Cameroon|CN=China|CO=Colombia
CR=Costa Rica|CU=Cuba|CV=Cape Verde|CW=Curaçao|CX=Christmas Island|CY=Cyprus|CZ=Czech Republic
DE=Germany|DJ=Djibouti|DK=Denmark|DM=Dominica|DO=Dominican Republic|DZ=Algeria|EC=Ecuador
EE=Estonia|EG=Egypt|EH=Western Sahara|ER=Eritrea|ES=Spain|ET=Ethiopia|FI=Finland|FJ=Fiji
FK=Falkland Islands|FM=Micronesia|FO=Faroe Islands|FR=France|GA=Gabon|GB=United Kingdom|GD=Grenada
GE=Georgia|GF=French Guiana|GG=Guernsey|GH=Ghana|GI=Gibraltar|GL=Greenland|GM=Gambia|GN=Guinea
GP=Guadeloupe|GQ=Equatorial Guinea|GR=Greece|GS=South Georgia and the South Sandwich Islands
GT=Guatemala|GU=Guam|GW=Guinea-Bissau|GY=Guyana|HK=Hong Kong|HM=Heard Island and McDonald Islands
HN=Honduras|HR=Croatia|HT=Haiti|HU=Hungary|ID=Indonesia|IE=Ireland|IL=Israel|IM=Isle of Man
IN=India|IO=British Indian Ocean Territory|IQ=Iraq|IR=Iran|IS=Iceland|IT=Italy|JE=Jersey
JM=Jamaica|JO=Jordan|JP=Japan|KE=Kenya|KG=Kyrgyzstan|KH=Cambodia|KI=Kiribati|KM=Comoros
KN=Saint Kitts and Nevis|KP=North Korea|KR=South Korea|KW=Kuwait|KY=Cayman Islands|KZ=Kazakhstan
LA=Laos|LB=Lebanon|LC=Saint Lucia|LI=Liechtenstein|LK=Sri Lanka|LR=Liberia|LS=Lesotho|LT=Lithuania
LU=Luxembourg|LV=Latvia|LY=Libya|MA=Morocco|MC=Monaco|MD=Moldova|ME=Montenegro|MF=Saint Martin
MG=Madagascar|MH=Marshall Islands|MK=North Macedonia|ML=Mali|MM=Myanmar|MN=Mongolia|MO=Macau
MP=Northern Mariana Islands|MQ=Martinique|MR=Mauritania|MS=Montserrat|MT=Malta|MU=Mauritius
MV=Maldives|MW=Malawi|MX=Mexico|MY=Malaysia|MZ=Mozambique|NA=Namibia|NC=New Caledonia|NE=Niger
NF=Norfolk Island|NG=Nigeria|NI=Nicaragua|NL=Netherlands|NO=Norway|NP=Nepal|NR=Nauru|NU=Niue
NZ=New Zealand|OM=Oman|PA=Panama|PE=Peru|PF=French Polynesia|PG=Papua New Guinea|PH=Philippines
PK=Pakistan|PL=Poland|PM=Saint Pierre and Miquelon|PN=Pitcairn Islands|PR=Puerto Rico|PS=Palestine
PT=Portugal|PW=Palau|PY=Paraguay|QA=Qatar|RE=Réunion|RO=Romania|RS=Serbia|RU=Russia|RW=Rwanda
SA=Saudi Arabia|SB=Solomon Islands|SC=Seychelles|SD=Sudan|SE=Sweden|SG=Singapore|SH=Saint Helena
SI=Slovenia|SJ=Svalbard and Jan Mayen|SK=Slovakia|SL=Sierra Leone|SM=San Marino|SN=Senegal
SO=Somalia|SR=Suriname|SS=South Sudan|ST=São Tomé and Príncipe|SV=El Salvador|SX=Sint Maarten
SY=Syria|SZ=Eswatini|TC=Turks and Caicos Islands|TD=Chad|TF=French Southern Territories|TG=Togo
TH=Thailand|TJ=Tajikistan|TK=Tokelau|TL=Timor-Leste|TM=Turkmenistan|TN=Tunisia|TO=Tonga|TR=Turkey
TT=Trinidad and Tobago|TV=Tuvalu|TW=Taiwan|TZ=Tanzania|UA=Ukraine|UG=Uganda
UM=United States Minor Outlying Islands|US=United States|UY=Uruguay|UZ=Uzbekistan|VA=Vatican City
VC=Saint Vincent and the Grenadines|VE=Venezuela|VG=British Virgin Islands|VI=U.S. Virgin Islands
VN=Vietnam|VU=Vanuatu|WF=Wallis and Futuna|WS=Samoa|YE=Yemen|YT=Mayotte|ZA=South Africa|ZM=Zambia
ZW=Zimbabwe""".strip()
    .replace("\n", "|")
    .split("|")
)
OTHER_NAMES: Mapping[str, str] = {
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "america": "US",
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "czechia": "CZ", "türkiye": "TR", "turkiye": "TR",
    "the netherlands": "NL", "holland": "NL", "korea": "KR", "republic of korea": "KR",
    "viet nam": "VN", "russian federation": "RU", "macao": "MO", "ivory coast": "CI",
    "deutschland": "DE", "españa": "ES", "méxico": "MX", "brasil": "BR", "italia": "IT",
    "österreich": "AT", "schweiz": "CH", "suisse": "CH", "台灣": "TW", "臺灣": "TW", "香港": "HK",
    "日本": "JP", "中国": "CN", "中國": "CN",
}  # fmt: skip
ALPHA_3: Mapping[str, str] = {two: three for three, two in TO_ALPHA_2.items() if len(three) == 3}
_BY_NAME = {**{name.casefold(): code for code, name in COUNTRIES.items()}, **OTHER_NAMES}

REGIONS: Mapping[str, Mapping[str, str]] = {
    country: dict(pair.split("=") for pair in listed.replace("\n", "|").split("|"))
    for country, listed in {
        "US": """AL=Alabama|AK=Alaska|AZ=Arizona|AR=Arkansas|CA=California|CO=Colorado
CT=Connecticut|DE=Delaware|DC=District of Columbia|FL=Florida|GA=Georgia|HI=Hawaii|ID=Idaho
IL=Illinois|IN=Indiana|IA=Iowa|KS=Kansas|KY=Kentucky|LA=Louisiana|ME=Maine|MD=Maryland
MA=Massachusetts|MI=Michigan|MN=Minnesota|MS=Mississippi|MO=Missouri|MT=Montana|NE=Nebraska
NV=Nevada|NH=New Hampshire|NJ=New Jersey|NM=New Mexico|NY=New York|NC=North Carolina
ND=North Dakota|OH=Ohio|OK=Oklahoma|OR=Oregon|PA=Pennsylvania|RI=Rhode Island|SC=South Carolina
SD=South Dakota|TN=Tennessee|TX=Texas|UT=Utah|VT=Vermont|VA=Virginia|WA=Washington
WV=West Virginia|WI=Wisconsin|WY=Wyoming|PR=Puerto Rico|GU=Guam|VI=U.S. Virgin Islands
AS=American Samoa|MP=Northern Mariana Islands""",
        "CA": """AB=Alberta|BC=British Columbia|MB=Manitoba|NB=New Brunswick
NL=Newfoundland and Labrador|NS=Nova Scotia|NT=Northwest Territories|NU=Nunavut|ON=Ontario
PE=Prince Edward Island|QC=Quebec|SK=Saskatchewan|YT=Yukon""",
        "AU": """ACT=Australian Capital Territory|NSW=New South Wales|NT=Northern Territory
QLD=Queensland|SA=South Australia|TAS=Tasmania|VIC=Victoria|WA=Western Australia""",
    }.items()
}
"""State and province names by code, for the countries whose addresses use codes."""

NANP = frozenset(
    "US CA PR GU VI AS MP AG AI BB BM BS DM DO GD JM KN KY LC MS SX TC TT VC VG".split()
)
DIALLING: Mapping[str, str] = {
    **dict(
        pair.split("=")
        for pair in """
AE=971 AR=54 AT=43 AU=61 BD=880 BE=32 BG=359 BH=973 BR=55 CH=41 CL=56 CN=86 CO=57 CR=506 CY=357
CZ=420 DE=49 DK=45 EC=593 EE=372 EG=20 ES=34 FI=358 FR=33 GB=44 GH=233 GR=30 GT=502 HK=852 HR=385
HU=36 ID=62 IE=353 IL=972 IN=91 IS=354 IT=39 JO=962 JP=81 KE=254 KR=82 KW=965 LI=423 LK=94 LT=370
LU=352 LV=371 MA=212 MO=853 MT=356 MX=52 MY=60 NG=234 NL=31 NO=47 NZ=64 OM=968 PA=507 PE=51 PH=63
PK=92 PL=48 PT=351 QA=974 RO=40 RS=381 RU=7 SA=966 SE=46 SG=65 SI=386 SK=421 TH=66 TN=216 TR=90
TW=886 UA=380 UY=598 VN=84 ZA=27""".split()
    ),
    **dict.fromkeys(NANP, "1"),
}
NO_TRUNK = frozenset(
    "IT ES PT DK NO CZ GR PL SG HK MO LU LV EE IS MT CY CR PA GT LI QA KW BH".split()
)
"""A leading zero belongs to the number here, or there is none; elsewhere it is left out abroad."""


def country_code(value: str) -> str:
    """ISO alpha-2 of a code or a name; nothing for what is not known."""
    given = " ".join(value.split())
    code = given.upper()
    code = TO_ALPHA_2.get(code, code)
    return code if code in COUNTRIES else _BY_NAME.get(given.casefold(), "")


def region_code(value: str, country: str) -> str:
    """The code of a state or province of this country; nothing for what is not known."""
    known = REGIONS.get(country, {})
    given = " ".join(value.split())
    if given.upper() in known:
        return given.upper()
    return next((code for code, name in known.items() if name.casefold() == given.casefold()), "")
