"""The frame of the pages for people: one style sheet, a top bar, small helpers."""

from html import escape

ICON = (
    '<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\' '
    "viewBox='0 0 8 8'%3E%3Crect width='8' height='8' rx='2' fill='%232d3e50'/%3E%3C/svg%3E\">"
)
STYLE = """
*{box-sizing:border-box}body{margin:0;font:14px/1.45 system-ui,"Segoe UI",Helvetica,Arial,sans-serif;
color:#213343;background:#f5f8fa}a{color:#0b6f86}h1{font-size:20px;margin:0}h2{font-size:14px;margin:0}
.top{background:#2d3e50;color:#fff;display:flex;gap:16px;align-items:center;padding:0 16px;min-height:48px;
flex-wrap:wrap}.top a{color:#fff;text-decoration:none;font-weight:600}.top form{margin-left:auto;display:flex;
gap:8px;align-items:center}.top select{max-width:170px}.imitation{background:repeating-linear-gradient(45deg,
#fff6e0,#fff6e0 10px,#ffefc7 10px,#ffefc7 20px);padding:4px 16px;font-size:12px}
main{padding:16px;max-width:1280px;margin:0 auto}.record>div{min-width:0}.record{display:grid;grid-template-columns:300px 1fr 300px;
gap:16px;align-items:start}.panel{background:#fff;border:1px solid #dfe3eb;border-radius:4px;margin-bottom:12px}
.panel>header{padding:12px 16px;border-bottom:1px solid #eaf0f6;display:flex;justify-content:space-between;gap:8px}
.panel>div{padding:8px 16px}.panel p{margin:4px 0 8px}.panel .row{margin:8px 0}dl{margin:0}dt{color:#516f90;font-size:12px}dd{margin:0 0 10px;overflow-wrap:anywhere}
.entry{border:1px solid #dfe3eb;border-radius:4px;padding:12px;margin-bottom:10px;background:#fff;
overflow-wrap:anywhere}.entry small,.quiet{color:#516f90}table{width:100%;border-collapse:collapse;background:#fff}
th,td{text-align:left;padding:8px 12px;border-bottom:1px solid #eaf0f6;vertical-align:top}
th{font-size:12px;color:#516f90;font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto;border:1px solid #dfe3eb;border-radius:4px}button,.button{font:inherit;font-weight:600;
border:1px solid #cc4a1b;background:#cc4a1b;color:#fff;border-radius:3px;padding:8px 16px;cursor:pointer;
text-decoration:none;display:inline-block;min-height:36px}button.plain{background:#fff;color:#213343;
border-color:#7c98b6}button.link{background:none;border:0;color:#0b6f86;padding:4px 0}
button:focus-visible,a:focus-visible,select:focus-visible{outline:3px solid #00a4bd;outline-offset:2px}
select,input{max-width:100%;font:inherit;padding:6px 8px;border:1px solid #7c98b6;border-radius:3px;background:#fff;color:#213343}
.badge{display:inline-block;border-radius:10px;padding:1px 8px;font-size:12px;background:#eaf0f6}
.badge.good{background:#d6f5e9}.badge.bad{background:#fde2dd}.badge.warn{background:#fff1cf}
.item{padding:8px 0;border-bottom:1px solid #eaf0f6;overflow-wrap:anywhere}.item:last-child{border:0}
.modal{position:fixed;inset:0;background:rgba(33,51,67,.6);display:flex;align-items:center;justify-content:center;
z-index:9}.modal>section{background:#fff;border-radius:4px;display:flex;flex-direction:column;width:min(1040px,96vw);
min-width:min(880px,100vw);height:min(820px,96vh);min-height:min(700px,100vh)}.modal header{display:flex;
justify-content:space-between;align-items:center;padding:8px 16px;background:#00a4bd;color:#04222b}
.modal header a{color:#04222b;font-weight:600}.modal iframe{border:0;width:100%;flex:1;min-height:640px}
.consent{max-width:560px;margin:32px auto;background:#fff;border:1px solid #dfe3eb;border-radius:4px;padding:24px}
.consent ul{padding-left:20px;max-height:300px;overflow:auto}.error{background:#fde2dd;border:1px solid #f2a99b;
padding:12px 16px;border-radius:4px;margin-bottom:12px}label{display:block;margin:12px 0 4px;font-weight:600}
.row{display:flex;gap:12px;flex-wrap:wrap;margin-top:16px}
@media(max-width:900px){.record{grid-template-columns:1fr}.record>div:nth-child(3){order:2}.record>div:nth-child(2){order:3}.top{padding:8px 16px}th,td{padding:8px}main{padding:12px}.modal>section{width:100vw;height:100vh;
min-width:0;border-radius:0}.consent{margin:0;border:0}.top form{margin-left:0}}
"""


def e(text: object) -> str:
    return escape(str(text if text is not None else ""))


def page(title: str, body: str, bar: str = "") -> str:
    """A whole document; ``bar`` is what the top bar shows beside the name."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"{ICON}"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{e(title)} · HubSpot (sandbox)</title><style>{STYLE}</style></head><body>"
        f'<div class="top"><a href="/">HubSpot (sandbox)</a>{bar}</div>'
        '<div class="imitation">An imitation for development. Nothing here reaches HubSpot.</div>'
        f"<main>{body}</main></body></html>"
    )


def panel(title: str, body: str, aside: str = "") -> str:
    return (
        f'<section class="panel"><header><h2>{e(title)}</h2>{aside}</header>'
        f"<div>{body}</div></section>"
    )


def hidden(**fields: object) -> str:
    return "".join(f'<input type="hidden" name="{e(k)}" value="{e(v)}">' for k, v in fields.items())


def options(rows: list[tuple[str, str]], chosen: str = "") -> str:
    return "".join(
        f'<option value="{e(value)}"{" selected" if value == chosen else ""}>{e(label)}</option>'
        for value, label in rows
    )
