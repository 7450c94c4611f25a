# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play people at their browsers: they open pages, fill in forms and send them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from tests.instances import Vault
from tests.pages.client import HTML, InspectingClient, parsed, text_of

KEEPER, EDITOR, READER, PROBATIONER = "1", "2", "3", "4"
SECRET_NAMES = frozenset({"words"})


def bytes_of(response: Any) -> bytes:
    """Return the whole of a response, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content


@dataclass(frozen=True, slots=True)
class Page:
    """Hold what a browser shows after a request.

    Attributes:
        response: Of the last request.
        path: Its address.
        statuses: Of every request on the way, the last one last.
        body: What came.
    """

    response: Any
    path: str
    statuses: tuple[int, ...]
    body: bytes

    @property
    def status(self) -> int:
        """Return the status of what is shown."""
        return self.statuses[-1]

    @property
    def html(self) -> str:
        """Return the page as it came."""
        return self.body.decode()

    @property
    def tree(self) -> Element:
        """Return the page as a tree."""
        return parsed(self.html)

    @property
    def main(self) -> Element:
        """Return what stands between header and footer."""
        return next(self.tree.iter(f"{HTML}main"))

    @property
    def text(self) -> str:
        """Return what can be read between header and footer."""
        return text_of(self.main)

    @property
    def title(self) -> str:
        """Return what the browser keeps in its history."""
        return text_of(next(self.tree.iter(f"{HTML}title")))

    @property
    def words(self) -> str:
        """Return the words that the page shows to be copied by hand."""
        lists = [one for one in self.main.iter(f"{HTML}ol") if one.get("class") == "words"]
        return " ".join(text_of(item) for item in lists[0].iter(f"{HTML}li"))

    @property
    def fields(self) -> dict[str, str]:
        """Return what the last form of the text would send, but for its token."""
        forms = list(self.main.iter(f"{HTML}form"))
        return dict(_sent_by(forms[-1])) if forms else {}

    @property
    def action(self) -> str:
        """Return where the last form of the text is sent, as a browser would send it."""
        forms = list(self.main.iter(f"{HTML}form"))
        return (forms[-1].get("action") if forms else "") or self.path

    def links(self, *, end: str = "") -> list[str]:
        """Return the addresses of the links in the text, in their order."""
        found = [link.get("href", "") for link in self.main.iter(f"{HTML}a")]
        return [one for one in found if one.split("#")[0].endswith(end)]

    def rows(self) -> list[str]:
        """Return the titles of the lists' lines, in their order."""
        links = self.main.iter(f"{HTML}a")
        return [text_of(link) for link in links if link.get("class") == "row-title"]

    def buttons(self, *, end: str) -> list[str]:
        """Return where the text's forms of one button lead, by the end of the address."""
        forms = [form.get("action", "") for form in self.main.iter(f"{HTML}form")]
        return [one for one in forms if one.endswith(end)]


def _sent_by(form: Element) -> list[tuple[str, str]]:
    """Return names and values that a form sends as it stands."""
    sent: list[tuple[str, str]] = []
    for element in form.iter():
        name = element.get("name", "")
        kind = element.get("type", "")
        is_off = kind in {"radio", "checkbox"} and "checked" not in element.attrib
        if not name or name == "csrfmiddlewaretoken" or is_off or kind in {"file", "submit"}:
            continue
        if element.tag == f"{HTML}input":
            sent.append((name, element.get("value", "on" if kind == "checkbox" else "")))
        elif element.tag == f"{HTML}textarea":
            sent.append((name, element.text or ""))
        elif element.tag == f"{HTML}select":
            options = list(element.iter(f"{HTML}option"))
            chosen = [one for one in options if "selected" in one.attrib] or options[:1]
            sent += [(name, one.get("value", "")) for one in chosen]
    return sent


@dataclass
class Somebody:
    """Be somebody in front of a browser of one's own, who speaks one language.

    Attributes:
        visited: Every address requested or pointed to, in its order.
        typed: Every secret typed into a form.
    """

    language: str = "en"
    phrase: str = ""
    visited: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the browser."""
        self.client = InspectingClient(HTTP_ACCEPT_LANGUAGE=self.language)

    def open(self, path: str) -> Page:
        """Go to an address, and on to where it points."""
        return self._follow(self.client.get(path), path=path)

    def send(self, path: str, *, at: str = "", **changed: Any) -> Page:
        """Open a page, fill in its last form, send it, and go on to where it points.

        Args:
            path: Where the page is; the form is sent there.
            at: Where the form is sent instead.
            changed: What is filled in; the rest goes as the page has it.
        """
        return self.send_form(self.open(path), at=at or path, **changed)

    def send_form(self, page: Page, *, at: str = "", **changed: Any) -> Page:
        """Send the last form of a page that is open in some tab."""
        values: dict[str, Any] = {"csrfmiddlewaretoken": self._token(page)}
        return self.post(at or page.action, {**values, **page.fields, **changed})

    def press(self, page: Page, *, at: str, **values: str) -> Page:
        """Press a button of a page."""
        return self.post(at, {"csrfmiddlewaretoken": self._token(page), **values})

    def post(self, path: str, values: Mapping[str, Any]) -> Page:
        """Send values to an address."""
        self.typed += [str(values[name]) for name in SECRET_NAMES if name in values]
        return self._follow(self.client.post(path, dict(values)), path=path)

    def _token(self, page: Page) -> str:
        """Return the token of a page's forms."""
        for element in page.tree.iter(f"{HTML}input"):
            if element.get("name") == "csrfmiddlewaretoken":
                return element.get("value", "")
        return ""

    def _follow(self, response: Any, *, path: str) -> Page:
        """Go on while the answer points elsewhere on this site."""
        statuses = [response.status_code]
        self.visited.append(path)
        while response.status_code in {302, 303} and response["Location"].startswith("/"):
            address = response["Location"]
            self.visited.append(address)
            path = urlsplit(address).path
            response = self.client.get(address.split("#")[0])
            statuses.append(response.status_code)
        return Page(response, path, tuple(statuses), bytes_of(response))

    def begin_joining(self, invitation: str) -> Page:
        """Type the words of an invitation; the page with one's own words comes."""
        return self.send("/join/", words=invitation)

    def join(self, invitation: str, *, name: str = "") -> Page:
        """Come in by an invitation and remember one's words."""
        self.phrase = self.begin_joining(invitation).words
        named = {"name": name} if name else {}
        return self.send("/join/finish/", words=self.phrase, **named)

    def enter(self, *, at: str = "/enter/") -> Page:
        """Come in with one's words."""
        return self.send(at, at="/enter/", words=self.phrase)

    def friends_words(self) -> str:
        """Print words for a friend and return them."""
        return self.send("/me/friend/", words=self.phrase, days="0").words

    def pause_by_friend(self) -> str:
        """Be paused by a friend, who has no page here; return the friend's words."""
        words = self.friends_words()
        assert Somebody().send("/pause/", words=words).status == 200
        return words

    def forget_cookies(self) -> None:
        """Be a browser that was closed."""
        self.client.cookies.clear()


@dataclass
class Group:
    """Hold a group that somebody has opened, and the instance it is in.

    Attributes:
        path: Address of its first page.
        keeper: Its first coordinator.
    """

    vault: Vault
    path: str
    keeper: Somebody
    name: str = "Lantern makers"

    def invite(self, *, role: str = EDITOR, reads: str = "FROM_NOW") -> str:
        """Let the coordinator make an invitation and return its words."""
        return self.keeper.send(f"{self.path}people/invite/", role=role, reads=reads).words

    def bring(
        self, name: str, *, role: str = EDITOR, reads: str = "FROM_NOW", language: str = "en"
    ) -> Somebody:
        """Invite somebody new and let them join."""
        guest = Somebody(language)
        page = guest.join(self.invite(role=role, reads=reads), name=name)
        assert page.path == "/me/", page.text
        return guest

    def write(self, who: Somebody, *, title: str, text: str) -> str:
        """Let somebody write a page, and return its address."""
        page = who.send(f"{self.path}pages/new/", title=title, text=text)
        assert page.status == 200, page.text
        return page.path

    def talk(self, who: Somebody, *, title: str, text: str) -> str:
        """Let somebody begin a thread, and return its address."""
        page = who.send(f"{self.path}threads/new/", title=title, text=text)
        assert page.status == 200, page.text
        return page.path

    def link_of(self, who: Somebody, name: str, *, end: str) -> str:
        """Return the address of the coordinator's link about a member."""
        page = who.open(f"{self.path}people/")
        for item in page.main.iter(f"{HTML}li"):
            bold = next(item.iter(f"{HTML}b"), None)
            if text_of(bold) == name:
                links = [link.get("href", "") for link in item.iter(f"{HTML}a")]
                return next(link for link in links if link.endswith(end))
        message = f"{name} is not in the group."
        raise AssertionError(message)


def open_group(who: Somebody, vault: Vault, *, name: str, as_name: str) -> Group:
    """Let somebody open a group."""
    page = who.send("/groups/new/", group=name, name=as_name)
    assert page.status == 200, page.text
    return Group(vault, page.path, who, name)


def founder_of(vault: Vault, *, language: str = "en") -> Somebody:
    """Let the first coordinator of an instance come in."""
    founder = Somebody(language)
    page = founder.join(vault.founder_words)
    assert page.path == "/me/", page.text
    return founder
