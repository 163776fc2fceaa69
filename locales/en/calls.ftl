# Voice and video calls.

calls-voice = Voice call
calls-video = Video call
calls-talk-to-doctor = Talk to the doctor
calls-before = Your phone or computer will ask to use the microphone, and the camera for a video call. Choose “Allow”.
calls-need-script = Calls work only with JavaScript switched on. Switch it on in the settings of your browser, or use another phone.

calls-ring-title = { $name } is calling
calls-answer = Answer
calls-reject = Decline

calls-stage = Call
calls-controls = Call controls
calls-picture-of = Video of { $name }
calls-own-picture = Your own video
calls-you = You
calls-mute = Mute
calls-camera-off = Turn camera off
calls-end = End
calls-shrink = Shrink the call and show the chat
calls-enlarge = Enlarge the call
calls-other-muted = { $name } is muted
calls-other-without-microphone = { $name } cannot be heard: no microphone is available there. Use the chat if you need to.
calls-other-camera-off = { $name } has switched the camera off
calls-other-without-camera = { $name } has no camera available
calls-listen = Tap to hear

calls-state-calling = Calling
calls-state-ringing = Ringing
calls-state-connecting = Connecting
calls-state-connected = Connected
calls-state-reconnecting = Connection lost, connecting again
calls-state-ended = Call ended
calls-state-missed = The call was not answered
calls-state-rejected = The call was declined

calls-elsewhere = The call is going on on another device, or in another tab.
calls-take-here = Move it here
calls-go-on = Go on with the call? Your microphone and camera are off now.
calls-take-again = Go on
calls-end-here = End the call
calls-taken-microphone = Microphone in use now:
calls-taken-camera = Camera in use now:

calls-entry-started = Started
calls-entry-missed = Not answered
calls-entry-rejected = Declined

calls-problem-failed = The call could not be started. Try again in a moment; the chat still works.
calls-problem-engaged = Another call is going on in this room. End it first, then try again.
calls-problem-no-line = The connection to the clinic is lost. Wait until it is back, and try again.
calls-problem-insecure = Microphone and camera work only at a secure address. Open the clinic at its address that begins with https://
calls-problem-refused = The microphone is not allowed yet. Tap the icon beside the page's address, allow the microphone (and camera), and try again.
calls-problem-no-microphone = No microphone was found. Plug one in or use a phone, and try again.
calls-problem-busy = Another application is using the microphone. Close it, and try again.
calls-problem-without-camera = The camera cannot be used. The call goes on with sound only.
calls-problem-camera-refused = The camera is not allowed yet. The call goes on with sound only. To use the camera, tap the icon beside the page's address and allow it.
calls-problem-hours = Patients can call from 10 minutes before the visit until the end of its day. Write a message; the doctor will read it.
calls-problem-nobody = Nobody with an account looks after this patient, so no device can ring. Ask the front desk to phone the patient.
