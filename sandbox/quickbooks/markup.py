"""HTML pieces of the pages for people: own style, no scripts."""

from html import escape

e = escape

ICON = (
    '<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\' '
    "viewBox='0 0 8 8'%3E%3Crect width='8' height='8' rx='2' fill='%232ca01c'/%3E%3C/svg%3E\">"
)
STYLE = """
:root{--ink:#1f2933;--soft:#5b6b7b;--line:#d8dfe6;--ground:#f4f6f8;--main:#2b6b2f;--bad:#a4262c}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);
background:var(--ground)}
header{background:#fff;border-bottom:1px solid var(--line);padding:12px 24px;display:flex;gap:24px;
align-items:center;flex-wrap:wrap}
header strong{color:var(--main)}
header nav{display:flex;gap:16px;flex-wrap:wrap}
main{max-width:1180px;margin:24px auto;padding:0 24px}
h1{font-size:22px;margin:0 0 16px}h2{font-size:17px;margin:24px 0 8px}
a{color:#1d5fa8}
.card{background:#fff;border:1px solid var(--line);border-radius:8px;padding:20px;overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:8px 10px;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:600;font-size:13px}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
form.inline{display:inline}
button{font:inherit;padding:6px 12px;border:1px solid var(--line);border-radius:6px;background:#fff;
cursor:pointer}
button.main{background:var(--main);border-color:var(--main);color:#fff}
button.bad{color:var(--bad)}
input,select{font:inherit;padding:6px 8px;border:1px solid #9aa8b5;border-radius:6px;max-width:100%}
label{display:block;margin:10px 0 4px}
.row{display:flex;gap:12px;flex-wrap:wrap;align-items:end}
.badge{display:inline-block;padding:1px 8px;border-radius:10px;background:#e6ebf0;font-size:13px}
.badge.Paid{background:#d9f0dc}.badge.Overdue{background:#fbe1e1}.badge.Voided{background:#ddd}
.notice{background:#fff4d6;border:1px solid #ead28a;padding:10px 14px;border-radius:6px;margin-bottom:16px}
.choice{border:1px solid var(--line);border-radius:6px;padding:10px 12px;margin:8px 0;display:flex;
gap:10px;align-items:center}
.choice input{margin:0}
.soft{color:var(--soft)}
.narrow{max-width:560px;margin:40px auto}
"""


def page(title: str, body: str, navigation: str = "") -> str:
    """A whole page; ``body`` and ``navigation`` are HTML already."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"{ICON}"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{e(title)} - QuickBooks (sandbox)</title><style>{STYLE}</style></head><body>"
        f"<header><strong>QuickBooks (sandbox)</strong>{navigation}</header>"
        f"<main>{body}</main></body></html>"
    )


def table(heads: list[tuple[str, str]], rows: list[list[str]]) -> str:
    """``heads``: (text, class); cells are HTML already."""
    top = "".join(f'<th class="{kind}">{e(text)}</th>' for text, kind in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{kind}">{cell}</td>' for (_, kind), cell in zip(heads, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{e(name)}" value="{e(value)}">'


def button(action: str, label: str, kind: str = "", **fields: str) -> str:
    """A form of one button."""
    inner = "".join(hidden(name, value) for name, value in fields.items())
    return (
        f'<form class="inline" method="post" action="{e(action)}">{inner}'
        f'<button class="{kind}">{e(label)}</button></form>'
    )
