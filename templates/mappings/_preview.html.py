BBBB BBBB BBBBBBBBBBBBBBB BBBBBBBB #

BB BBBBBBB
XXXX XXXXXXXXXXXXX XXXXXXXXXXXXXX
XX XXXXXXXXXXXXXXBB BBB BBBBBBBBBBBB gettext(u'No record is linked yet, so nothing would be written.') BBBB ngettext(u'%(changed)s of %(count)s linked record would be told something else, each with its next sync.', u'%(changed)s of %(count)s linked records would be told something else, each with its next sync.', count) SSSSSSSSSSS SS SSSSSSSSS SSSSSS SSSSSS SSSSS SS SSSS SSSSSSSSS SSSSS SSSS SSSS SSS SSSS SSSSSPPPPPPPPPPP PP PPPPPPPPP PPPPPP PPPPPPP PPPPP PP PPPP PPPPPPPPP PPPPP PPPP PPPP PPP PPPP PPPPPBB BBBBBBBBBBBBBB  gettext(u'More were not looked at.') BBBBBBBBBBXXXX
BB BBBBBBBBBBBBB gettext(u'The first of them') BBBBBBBBBBBB BBBBBBBBBBBBB BBBBBBB BBBBBBBBBBBBBBBBBBBBB
XXXXXX
BBBBB
