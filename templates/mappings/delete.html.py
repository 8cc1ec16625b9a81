BBBBBBB BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB BBBB BBBBBBBBB BBBBBBBBBBBBBBB
BBBBB BBBBB gettext(u'Delete mapping') BBBBBBBB
BBBBB BBBBBBB gettext(u'Delete the mapping of %(property)s?') SSSSSS SSS SSSSSSS SS SSSSSSSSSSSSSBBBBBBBB
BBBBB BBBBBBBB
BBB BBBBBBB BB BBBBBBBBBBBBBBB BBBBBBBBBBBBB
XXX gettext(u'%(field)s in QuickBooks and %(property)s in HubSpot no longer follow each other.') SSSSSSSSS SS SSSSSSSSSS SSS SSSSSSSSSSSS SS SSSSSSS SS SSSSSS SSSSSS SSSS SSSSSSXXXX
XXX gettext(u'What was written so far stays in both systems. You can bring the mapping back under “Versions and undo”.') XXXX
BB BBBBBBBBBBBBBB gettext(u'Records are found by it') BBBBBB BBBBBB BBBBBBBBBBBXXX gettext(u'Without this property new records in HubSpot are harder to recognise, and doubles may appear.') XXXXBBBBBBBBBBBBBB
XXXXXX XXXXXXXXXXXXX XXXXXXXXXXXXXX XXXXXXXXX
BBBBBBBB
BBBBB BBBBBBBBBBBBB gettext(u'Delete mapping') BBBBBBBB
