# Voice and video calls.

calls-voice = Voice call
calls-video = Video call
calls-talk-to-doctor = Talk to the doctor
calls-before = The browser will ask to use the microphone, and the camera for a video call.
calls-need-script = Calls need JavaScript switched on in your browser.

calls-ring-title = { $name } is calling
calls-answer = Answer
calls-reject = Decline

calls-stage = Call
calls-controls = Call controls
calls-picture-of = Picture of { $name }
calls-own-picture = Your own picture
calls-you = You
calls-mute = Mute
calls-camera-off = Camera off
calls-end = End
calls-shrink = Shrink the call and show the chat
calls-enlarge = Enlarge the call
calls-other-muted = The other side is muted
calls-listen = Tap to hear

calls-state-calling = Calling
calls-state-ringing = Ringing
calls-state-connecting = Connecting
calls-state-connected = Connected
calls-state-reconnecting = Connection lost, connecting again
calls-state-ended = Call ended
calls-state-missed = The call was not answered.
calls-state-rejected = The call was declined.

calls-entry-started = Started
calls-entry-missed = Not answered
calls-entry-rejected = Declined

calls-problem-failed = The call could not be started. Try again in a moment; the chat still works.
calls-problem-engaged = Another call is going on in this room.
calls-problem-insecure = Browsers allow microphone and camera only at a secure address (https). Open the clinic at that address.
calls-problem-refused = The microphone was not allowed. Tap the lock beside the page’s address, allow the microphone (and camera), and try again.
calls-problem-no-microphone = No microphone was found. Plug one in or use a phone, and try again.
calls-problem-busy = Another application is using the microphone. Close it, and try again.
calls-problem-without-camera = The camera cannot be used. The call goes on with sound.
calls-problem-camera-refused = The camera was not allowed. The call goes on with sound. To use the camera, tap the lock beside the page’s address and allow it.
calls-problem-hours = Patients can call from 10 minutes before the visit until the end of its day. Write a message; the doctor will read it.
