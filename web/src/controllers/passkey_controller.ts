import { Controller } from "@hotwired/stimulus";

// Has the browser make a passkey, or sign with one, before its form is sent (WebAuthn level 2). On the form:
//   data-controller="passkey" data-action="submit->passkey#send" data-passkey-act-value="create|get"
//   data-passkey-options-value (where to ask) data-passkey-host-value (the host that passkeys are bound to)
//   data-passkey-problem-value (what to say when the device gives no answer)
export default class extends Controller<HTMLFormElement> {
	static override targets = ["credential", "button", "without", "problem"];
	static override values = { act: String, options: String, host: String, problem: String };

	declare readonly credentialTarget: HTMLInputElement;
	declare readonly buttonTarget: HTMLElement;
	declare readonly withoutTarget: HTMLElement;
	declare readonly problemTarget: HTMLElement;
	declare readonly actValue: string;
	declare readonly optionsValue: string;
	declare readonly hostValue: string;
	declare readonly problemValue: string;

	private asking = false;

	override connect() {
		const host = window.location.hostname;
		const able = "PublicKeyCredential" in window && (host === this.hostValue || host.endsWith(`.${this.hostValue}`));
		this.buttonTarget.hidden = !able;
		this.withoutTarget.hidden = able;
	}

	async send(event: SubmitEvent) {
		event.preventDefault();
		if (this.asking) return;
		this.asking = true;
		this.say("");
		try {
			const options = await this.options();
			this.credentialTarget.value = JSON.stringify(this.actValue === "create" ? await create(options) : await get(options));
			// Not requestSubmit: that would ask again.
			this.element.submit();
		} catch {
			this.say(this.problemValue);
		} finally {
			this.asking = false;
		}
	}

	private say(sentence: string) {
		this.problemTarget.textContent = sentence;
		this.problemTarget.hidden = !sentence;
	}

	private async options(): Promise<Options> {
		const token = this.element.querySelector<HTMLInputElement>("[name=csrf_token]")?.value ?? "";
		const answer = await fetch(this.optionsValue, {
			method: "POST",
			headers: { accept: "application/json", "x-csrf-token": token, "content-type": "application/x-www-form-urlencoded" },
		});
		if (!answer.ok) throw new Error(`${answer.status}`);
		return ((await answer.json()) as { publicKey: Options }).publicKey;
	}
}

/** Options as JSON carries them: bytes in base64url. */
interface Options {
	challenge: string;
	user?: { id: string; name: string; displayName: string };
	excludeCredentials?: Descriptor[];
	allowCredentials?: Descriptor[];
}

interface Descriptor {
	id: string;
	type: "public-key";
}

async function create(options: Options): Promise<object> {
	const publicKey = {
		...options,
		challenge: bytes(options.challenge),
		user: { ...options.user, id: bytes(options.user?.id ?? "") },
		excludeCredentials: described(options.excludeCredentials),
	} as unknown as PublicKeyCredentialCreationOptions;
	const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
	const response = made.response as AuthenticatorAttestationResponse;
	return answer(made, { attestationObject: text(response.attestationObject), clientDataJSON: text(response.clientDataJSON) });
}

async function get(options: Options): Promise<object> {
	const publicKey = {
		...options,
		challenge: bytes(options.challenge),
		allowCredentials: described(options.allowCredentials),
	} as unknown as PublicKeyCredentialRequestOptions;
	const used = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
	const response = used.response as AuthenticatorAssertionResponse;
	return answer(used, {
		authenticatorData: text(response.authenticatorData),
		clientDataJSON: text(response.clientDataJSON),
		signature: text(response.signature),
		userHandle: response.userHandle ? text(response.userHandle) : null,
	});
}

function answer(credential: PublicKeyCredential, response: object): object {
	return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function described(list: Descriptor[] | undefined) {
	return list?.map((one) => ({ ...one, id: bytes(one.id) }));
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
	const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
	return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
