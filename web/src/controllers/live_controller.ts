// On the body of every page of a signed-in person: opens the one socket, which outlives the page.

import { Controller } from "@hotwired/stimulus";
import { live } from "../live";

export default class LiveController extends Controller<HTMLElement> {
	override connect(): void {
		live.start();
	}
}
