"""What the server refuses, what its pages may do, and what hostile files and foreign pages achieve: nothing."""

import base64
import http.client
import io
import json
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, expect
from starlette.datastructures import Headers

from rag import load_settings
from rag.errors import DocumentError, SettingsError
from rag.uploads import upload_name
from tests.browser import ask, hand_over, serving, visiting
from tests.poisoned import HOSTILE
from ui.cli import main
from ui.gradio_door import page_policy
from ui.guard import Access, refusal_of
from ui.server import access_of


def refused(method: str = "GET", path: str = "/", access: Access | None = None, **headers: str) -> int | None:
    """The status with which a request is refused; None where it is answered."""
    named = {name.replace("_", "-"): value for name, value in {"host": "localhost:7860", **headers}.items()}
    refusal = refusal_of(method, path, Headers(named), access or Access())
    return refusal.status if refusal else None


# Who is let in


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7860", "[::1]:7860", "LOCALHOST:1"])
def test_the_server_answers_to_its_own_names(host: str) -> None:
    assert refused(host=host) is None


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example:7860", "192.0.2.7", "[::2]", "a[b", "x@y"]
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(host: str) -> None:
    assert refused(host=host) == 421
    assert refused(x_forwarded_host=host) == 421


def test_served_to_others_it_also_answers_to_addresses_and_to_names_that_it_is_given() -> None:
    access = access_of(load_settings(host="0.0.0.0", auth="me:secret", hosts=("Notes.example",)), "0.0.0.0")
    named = Access(access.names, access.any_address)
    assert [refused(access=named, host=host) for host in ("192.0.2.7:7860", "notes.example", "[2001:db8::1]")] == [
        None
    ] * 3
    assert refused(access=named, host="evil.example") == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:7861", "http://localhost", "", "http://[bad"]
)
def test_a_page_of_another_origin_is_refused(origin: str) -> None:
    assert refused("POST", origin=origin) == 403
    assert refused("GET", origin=origin) == 403
    assert refused("POST", origin="http://localhost:7860") is None
    assert refused("POST", origin="https://localhost:7860") is None  # behind a proxy that speaks TLS


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_foreign_pages_may_link_here_and_nothing_else(site: str) -> None:
    assert refused("GET", sec_fetch_site=site, sec_fetch_mode="navigate") is None
    assert refused("GET", sec_fetch_site=site, sec_fetch_mode="no-cors") == 403
    assert refused("POST", sec_fetch_site=site, sec_fetch_mode="navigate") == 403
    assert refused("POST", sec_fetch_site="same-origin", sec_fetch_mode="cors") is None


def basic(name_and_password: str) -> str:
    return f"Basic {base64.b64encode(name_and_password.encode()).decode()}"


@pytest.mark.parametrize("given", ["", "Basic", "Basic ***", basic("me:wrong"), basic("me:"), basic("me"), "Bearer x"])
def test_without_the_password_nothing_is_answered(given: str) -> None:
    access = Access(auth="me:sécret:with colon")
    assert refused(access=access, authorization=given) == 401
    assert refused(access=access, authorization=basic("me:sécret:with colon")) is None


def test_large_bodies_are_refused_before_they_are_read() -> None:
    access = Access(largest={"/api/uploads/": 50_000_000})
    assert refused("POST", content_length="2000001") == 413
    assert refused("PUT", "/api/uploads/a.txt", access, content_length="50000000") is None
    assert refused("PUT", "/api/uploads/a.txt", access, content_length="50000001") == 413
    assert refused("POST", content_length="-1") == 413
    assert refused("POST", transfer_encoding="chunked") == 411


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_other_machines_are_served_only_where_somebody_has_said_so(host: str) -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_AUTH"):
        access_of(load_settings(host=host), host)
    assert access_of(load_settings(host=host, open_to_everyone=True), host).auth == ""
    assert access_of(load_settings(host=host, auth="me:secret"), host).auth == "me:secret"
    with pytest.raises(SettingsError, match="USER:PASSWORD"):
        access_of(load_settings(auth="secret"), "127.0.0.1")


def test_the_command_says_it_before_it_serves(elsewhere: Path) -> None:
    said = io.StringIO()
    with redirect_stderr(said):
        assert main(["serve", "--host", "0.0.0.0", "--port", "0"]) == 1
    assert "--open-to-everyone" in said.getvalue()
    assert not (elsewhere / "library").exists()


@pytest.mark.parametrize(("given", "name"), [("a/b\\c.txt", "c.txt"), ("../../x.md", "x.md"), ("e\u0301.txt", "é.txt")])
def test_a_files_name_has_no_folders(given: str, name: str) -> None:
    assert upload_name(given) == name


@pytest.mark.parametrize("given", ["", "/", "..", ".hidden", "a\0b.txt", "a\nb.txt", "x" * 201, "..\\", "\ud800.txt"])
def test_what_is_no_name_of_a_file_is_refused(given: str) -> None:
    with pytest.raises(DocumentError):
        upload_name(given)


def test_scripts_of_the_page_are_known_by_their_hashes() -> None:
    policy = page_policy(b"<script>x</script><script src=a.js></script><script data-b>y</script>", evaluates=False)
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    # printf x | openssl sha256 -binary | base64
    assert "'sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='" in scripts
    assert scripts.count("sha256") == 2
    assert "unsafe" not in scripts


# The served page


@pytest.fixture(scope="module")
def address(seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("safety") / "library"
    shutil.copytree(seeds_folder, folder)
    with serving(folder, llm="none", max_file_mb="1") as address:
        yield address


def status(address: str, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> int:
    client = http.client.HTTPConnection(urlparse(address).netloc, timeout=60)
    client.request(method, path, body, dict(headers or {}))
    found = client.getresponse().status
    client.close()
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/config"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/gradio_api/proxy=http://localhost/"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/gradio_api/upload_progress?upload_id=x"),
        ("GET", "/monitoring"),
        ("GET", "/file=/etc/passwd"),
        ("GET", "/static/../../etc/passwd"),
        ("GET", "/page/../server.py"),
        ("GET", "/page/..%2fserver.py"),
        ("GET", "/file/..%2f..%2fetc%2fpasswd"),
        ("GET", "/docs"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/api/ask"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/vibe-edit/"),
        ("POST", "/login"),
        ("OPTIONS", "/gradio_api/queue/join"),
    ],
)
def test_gradio_serves_the_page_and_nothing_beside_it(address: str, method: str, path: str) -> None:
    assert status(address, method, path, b"{}" if method == "POST" else b"") in (403, 404, 405)


def test_every_answer_forbids_framing_sniffing_and_foreign_sources(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        for path in ("/", "/source/none", "/api/documents", "/page/documents.js", "/gradio_api/upload", "/theme.css"):
            headers = page.request.get(address + path).headers
            policy = headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "http" not in policy
            assert "script-src 'self'" in policy
            assert not {"'unsafe-inline'", "'unsafe-eval'"} & {*policy.split("script-src")[1].split(";")[0].split()}
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert "access-control-allow-origin" not in headers


def test_scripts_are_asked_for_anew_after_an_update(browser: Browser, address: str) -> None:
    with visiting(browser, address) as page:
        for path in ("chat.js", "elements.js", "chat.css"):
            first = page.request.get(f"{address}/page/{path}")
            assert first.headers["cache-control"] == "no-cache"
            known = {"If-None-Match": first.headers["etag"]}
            assert page.request.get(f"{address}/page/{path}", headers=known).status == 304


def test_a_browser_keeps_the_name_of_its_chats(address: str) -> None:
    def given(**headers: str) -> str:
        client = http.client.HTTPConnection(urlparse(address).netloc, timeout=60)
        client.request("GET", "/", headers={name.replace("_", "-"): value for name, value in headers.items()})
        cookie = client.getresponse().headers.get("set-cookie", "")
        client.close()
        return cookie

    name = "ab" * 16
    for others in ("", 'prefs={"a":1}; ', "flag; ", "n=José; "):  # of other programs on this host
        cookie = given(cookie=f"{others}footnote_browser={name}".encode().decode("latin-1"))
        assert cookie.startswith(f"footnote_browser={name}; Max-Age=34560000; ")
        assert "SameSite=Lax" in cookie
    assert name not in given()
    assert given(sec_fetch_dest="iframe") == ""


def test_what_is_too_large_or_nameless_is_not_taken(address: str) -> None:
    assert status(address, "PUT", "/api/uploads/a.txt", headers={"Content-Length": "1000001"}) == 413
    assert status(address, "PUT", "/api/uploads/.bashrc", b"x") == 400
    assert status(address, "GET", "/", headers={"Host": "evil.example"}) == 421
    assert status(address, "DELETE", "/api/documents/none") == 404


def test_a_file_is_given_back_only_to_be_saved(address: str) -> None:
    handed = hand_over(address, "page.html.txt", b"<script>alert(1)</script> is what the invented page says.")
    client = http.client.HTTPConnection(urlparse(address).netloc, timeout=60)
    client.request("GET", f"/file/{handed['document_id']}")
    answer = client.getresponse()
    assert answer.read().startswith(b"<script>")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert status(address, "GET", f"/file/{a_seed(address)}") == 404


def a_seed(address: str) -> str:
    client = http.client.HTTPConnection(urlparse(address).netloc, timeout=60)
    client.request("GET", "/api/documents")
    listed = json.loads(client.getresponse().read())
    return next(one["id"] for one in listed if one["locations"][0].startswith("seeds/"))


def test_hostile_files_are_shown_as_text(browser: Browser, address: str) -> None:
    name = f"{HOSTILE.replace('/', '')}.txt"
    with visiting(browser, address) as page:
        page.get_by_role("tab", name="Documents").click()
        content = f"{HOSTILE}\n\nThe xylophone choir sings {HOSTILE} daily."
        files = [{"name": name, "mimeType": "text/plain", "buffer": content.encode()}]
        page.locator("#upload-files").set_input_files(files)
        expect(page.locator(".uploads li .state")).to_have_text("added", timeout=60_000)
        expect(page.locator(".uploads li .name")).to_have_text(name)
        title = page.locator("td.title a", has_text="7*7")
        expect(title).to_contain_text("<img src=//evil.example/x.png onerror=alert(1)><script>alert(1)</script>")
        page.locator("tr", has=title).get_by_role("button").click()
        expect(page.locator("dialog")).to_contain_text("${alert(1)} {{7*7}}")
        page.keyboard.press("Escape")
        page.get_by_role("tab", name="Chat").click()
        ask(page, f"What does the xylophone choir sing daily? {HOSTILE}")
        page.locator("a.footnote-mark").first.click()
        expect(page.locator("#source-view mark.active")).to_contain_text("<script>alert(1)</script>")
        assert page.locator(":is(footnote-documents, #past, #current, #sources) :is(img, script)").count() == 0
        page.goto(address + str(page.locator("a.footnote-mark").first.get_attribute("href")))
        expect(page.locator("mark.active").first).to_contain_text("<script>alert(1)</script>")
        assert page.locator("img, script").count() == 0


FOREIGN = """
<iframe src="{address}/"></iframe>
<a href="{address}/">A link</a>
<img src="{address}/page/documents.css">
<script src="{address}/page/documents.js"></script>
<form method="post" enctype="text/plain" action="{address}/api/ask">
<input name='{{"question": "who?", "x": "' value='"}}'>
</form>
<script>
const asked = [
  fetch("{address}/api/documents"),
  fetch("{address}/api/documents", {{ mode: "no-cors" }}),
  fetch("{address}/api/uploads/planted.txt", {{ method: "PUT", body: "planted" }}),
  fetch("{address}/api/ask", {{ method: "POST", mode: "no-cors", body: '{{"question": "who?"}}' }}),
  fetch("{address}/gradio_api/queue/join", {{ method: "POST", mode: "no-cors", body: "{{}}" }}),
];
Promise.allSettled(asked).then((all) => {{
  document.title = all.map((one) => (one.status === "fulfilled" ? `${{one.value.type}}` : "failed")).join(" ");
}});
</script>
"""


@pytest.fixture
def foreign(address: str) -> Iterator[str]:
    """The address of another server of this machine, whose page tries what it can."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = FOREIGN.format(address=address).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_foreign_page_reads_and_changes_nothing(browser: Browser, address: str, foreign: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    ours = context.cookies(address)
    page.goto(foreign)
    expect(page).to_have_title("failed failed failed failed failed")
    assert page.frames[1].locator("gradio-app").count() == 0
    with page.expect_navigation():
        page.locator("form").evaluate("form => form.submit()")
    expect(page.locator("body")).to_contain_text("other origins are not answered")
    page.goto(foreign)
    page.get_by_role("link", name="A link").click()
    expect(page.locator("nav.chats")).to_be_visible()
    assert [one["value"] for one in context.cookies(address)] == [ours[0]["value"]], "a link loses nobody their chats"
    context.close()
    with visiting(browser, address) as own:
        assert "planted.txt" not in own.request.get(f"{address}/api/documents").text()
        assert own.request.get(f"{address}/api/uploads").json()["pace"]["total"] == 0


def test_with_a_password_the_page_works_for_whoever_has_it(
    browser: Browser, seeds_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "library"
    shutil.copytree(seeds_folder, folder)
    with serving(folder, llm="none", auth="me:secret") as address:
        for path in ("/", "/api/documents", "/page/documents.js", "/gradio_api/startup-events"):
            assert status(address, "GET", path) == 401
        credentials = {"username": "me", "password": "secret"}
        with visiting(browser, address, http_credentials=credentials) as page:
            page.get_by_role("tab", name="Documents").click()
            expect(page.locator("footnote-documents .count")).to_have_text("7 documents")
            page.get_by_role("tab", name="Chat").click()
            ask(page, "Who won the 2022 World Cup?")
