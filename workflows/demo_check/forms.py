"""HTML forms as a browser fills and sends them: successful controls in the page's order. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from workflows.demo_check.markup import Node

CONTROLS = ("input", "select", "textarea", "button")
PRESSED = ("submit", "image")
Data = list[tuple[str, str]]


class FormProblem(ValueError):
    """The page has no such form, field, choice or button; the text names what it has instead."""


@dataclass(frozen=True)
class Form:
    """One form of a page at ``address``. Raises ``FormProblem`` where a person would be stuck."""

    node: Node
    controls: tuple[Node, ...]
    address: str

    @property
    def method(self) -> str:
        return (self.node.get("method") or "get").upper()

    @property
    def buttons(self) -> list[Node]:
        return [each for each in self.controls if _is_submit(each)]

    def button(self, label: str) -> Node:
        """The button that says so; of several the one that says nothing more."""
        found = [each for each in self.buttons if _says(each, label)]
        if not found:
            raise FormProblem(f"no button {label!r}; it has {[*map(_label, self.buttons)]}")
        return min(found, key=lambda each: len(_label(each)))

    def target(self, pressed: Node | None) -> str:
        wanted = (pressed.get("formaction") if pressed else "") or self.node.get("action")
        return urljoin(self.address, wanted) if wanted else self.address

    def data(self, answers: Mapping[str, str], pressed: Node | None = None) -> Data:
        """What is sent with these answers; a field that the form lacks cannot be answered."""
        unknown = set(answers) - {each.get("name") for each in self.controls}
        if unknown:
            raise FormProblem(f"no field {', '.join(sorted(unknown))}; it has {self.names()}")
        sent: Data = []
        for control in self.controls:
            name = control.get("name")
            if control is pressed and name:
                sent.append((name, control.get("value")))
            elif name and not _is_off(control) and not _is_button(control):
                sent += [(name, value) for value in _values(control, answers.get(name))]
        self._refuse_unknown_choices(answers)
        return sent

    def names(self) -> list[str]:
        return list(dict.fromkeys(each.get("name") for each in self.controls if each.get("name")))

    def choices(self, name: str) -> dict[str, str]:
        """Value to label of a select or of radio buttons."""
        found: dict[str, str] = {}
        for control in self.controls:
            if control.get("name") != name:
                continue
            if control.tag == "select":
                found |= {_value(option): option.text() for option in control.all("option")}
            elif control.get("type") == "radio":
                found[control.get("value")] = self._label_of(control)
        return found

    def value(self, name: str) -> str:
        """What the field holds as the page came."""
        return dict(self.data({})).get(name, "")

    def choice(self, name: str, label: str) -> str:
        """The value of the choice whose label begins so."""
        offered = self.choices(name)
        for value, text in offered.items():
            if text.startswith(label):
                return value
        raise FormProblem(f"no choice {label!r} for {name}; it has {list(offered.values())}")

    def _label_of(self, control: Node) -> str:
        for label in self.node.all("label"):
            if label.holds(control) or (
                control.get("id") and label.get("for") == control.get("id")
            ):
                return label.text()
        return ""

    def _refuse_unknown_choices(self, answers: Mapping[str, str]) -> None:
        for name, answer in answers.items():
            offered = self.choices(name)
            if offered and answer not in offered:
                raise FormProblem(f"no choice {answer!r} for {name}; it has {offered}")


def forms_of(page: Node, address: str) -> list[Form]:
    """The forms with their controls, also those that stand elsewhere and name the form's id."""
    found = []
    for node in page.all("form"):
        inside = [each for each in node.elements() if each.tag in CONTROLS and not each.get("form")]
        outside = [
            each
            for each in page.elements()
            if each.tag in CONTROLS and node.get("id") and each.get("form") == node.get("id")
        ]
        off = {id(each) for area in node.all("fieldset") if "disabled" in area.attributes
               for each in area.elements()}  # fmt: skip
        controls = tuple(each for each in (*inside, *outside) if id(each) not in off)
        found.append(Form(node, controls, address))
    return found


def form_with(page: Node, address: str, label: str, fields: Iterable[str] = ()) -> Form:
    """The first form with a button that says so and with these fields."""
    forms, wanted = forms_of(page, address), set(fields)
    for form in forms:
        if any(_says(each, label) for each in form.buttons) and wanted <= set(form.names()):
            return form
    offered = [_label(each) for form in forms for each in form.buttons]
    also = f" and {', '.join(sorted(wanted))}" if wanted else ""
    raise FormProblem(f"no form with a button {label!r}{also}; the page has {offered}")


def _values(control: Node, answer: str | None) -> list[str]:
    if control.tag == "textarea":
        text = control.raw_text().removeprefix("\n") if answer is None else answer
        return [text.replace("\r\n", "\n").replace("\n", "\r\n")]
    if control.tag == "select":
        return _chosen(control, answer)
    if control.get("type") in ("checkbox", "radio"):
        value = control.get("value") or "on"
        is_on = "checked" in control.attributes if answer is None else value == answer
        return [value] if is_on else []
    return [control.get("value") if answer is None else answer]


def _chosen(select: Node, answer: str | None) -> list[str]:
    if answer is not None:
        return [answer]
    options = select.all("option")
    chosen = [_value(each) for each in options if "selected" in each.attributes]
    if "multiple" in select.attributes:
        return chosen
    return chosen[-1:] or [_value(each) for each in options[:1]]


def _value(option: Node) -> str:
    return option.attributes.get("value", option.text())


def _is_button(control: Node) -> bool:
    return control.tag == "button" or control.get("type") in (*PRESSED, "button", "reset")


def _is_submit(control: Node) -> bool:
    if control.tag == "button":
        return (control.get("type") or "submit") == "submit" and not _is_off(control)
    return control.get("type") in PRESSED and not _is_off(control)


def _is_off(control: Node) -> bool:
    return "disabled" in control.attributes


def _label(button: Node) -> str:
    return button.text() or button.get("value")


def _says(button: Node, label: str) -> bool:
    return _label(button).startswith(label)
