// Microphone and camera: asks for them, falls back to sound alone, and says why something is missing.

import type { CallKind } from "../live";

/** Why a call goes on with less than was asked for, or cannot begin; the page has a sentence for each. */
export type MediaProblem = "insecure" | "refused" | "no-microphone" | "no-camera" | "busy";

export interface OwnMedia {
	stream: MediaStream;
	problem: MediaProblem | null;
}

const SOUND: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
/** Enough for a throat by a window, small enough for a cheap phone. */
const PICTURE: MediaTrackConstraints = {
	facingMode: "user",
	width: { ideal: 640 },
	height: { ideal: 480 },
	frameRate: { ideal: 24, max: 30 },
};

/** Never throws: an empty stream with its problem is an answer too, and one may listen without a microphone. */
export async function ownMedia(kind: CallKind): Promise<OwnMedia> {
	if (!navigator.mediaDevices?.getUserMedia) return { stream: new MediaStream(), problem: "insecure" };
	if (kind === "voice") return soundOnly(null);
	try {
		return { stream: await navigator.mediaDevices.getUserMedia({ audio: SOUND, video: PICTURE }), problem: null };
	} catch (error) {
		return soundOnly(problemOf(error, "no-camera"));
	}
}

export async function camera(): Promise<{ track: MediaStreamTrack | null; problem: MediaProblem | null }> {
	try {
		const stream = await navigator.mediaDevices.getUserMedia({ video: PICTURE });
		return { track: stream.getVideoTracks()[0] ?? null, problem: null };
	} catch (error) {
		return { track: null, problem: problemOf(error, "no-camera") };
	}
}

export function stopAll(stream: MediaStream | null): void {
	for (const track of stream?.getTracks() ?? []) track.stop();
}

async function soundOnly(before: MediaProblem | null): Promise<OwnMedia> {
	try {
		const stream = await navigator.mediaDevices.getUserMedia({ audio: SOUND });
		return { stream, problem: before };
	} catch (error) {
		return { stream: new MediaStream(), problem: problemOf(error, "no-microphone") };
	}
}

function problemOf(error: unknown, missing: MediaProblem): MediaProblem {
	const name = error instanceof DOMException ? error.name : "";
	if (name === "NotAllowedError" || name === "SecurityError") return "refused";
	if (name === "NotReadableError" || name === "AbortError") return "busy";
	return missing;
}
