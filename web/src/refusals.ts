// A form that was refused, or did not arrive, says so where one looks. Turbo morphs a refused form into the page and leaves the
// view and the focus where they are, which on a phone is below all that was said.

let sent = false;

document.addEventListener("turbo:submit-start", () => {
	sent = true;
	say(false);
});

document.addEventListener("turbo:render", () => show(document.getElementById("main")));
document.addEventListener("turbo:frame-render", (event) => show(event.target as Element));

// The page with all that is typed on it stays: a server that is busy or restarts is no reason to take it away.
document.addEventListener("turbo:before-fetch-response", (event) => {
	const { response } = (event as CustomEvent<{ fetchResponse: { response: Response } }>).detail.fetchResponse;
	// an act that was carried out, whose next page is not there now, is not sent again
	if (!(event.target instanceof HTMLFormElement) || response.status < 500 || response.redirected) return;
	event.preventDefault();
	say(true);
});
document.addEventListener("turbo:fetch-request-error", (event) => {
	if (event.target instanceof HTMLFormElement) say(true);
});

/** What a form was answered has the focus and is seen, each time. */
function show(part: Element | null): void {
	if (!sent) return;
	const summary = part?.querySelector<HTMLElement>("[data-focus-target]");
	if (!summary) return;
	sent = false;
	summary.focus({ preventScroll: true });
	summary.scrollIntoView({ block: "start" });
}

function say(failed: boolean): void {
	const sentence = document.getElementById("not-sent");
	if (!sentence) return;
	sentence.setAttribute("role", "alert");
	sentence.hidden = !failed;
	if (failed) sentence.focus({ preventScroll: true });
}
