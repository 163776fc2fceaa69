# Conversations: the list, the chat, the messages.

conversations-title = Messages
conversations-lead = The chat of a consultation is erased when its room closes, unless it is kept with the medical record. Conversations of visits are kept.
conversations-with = Conversation with { $name }
conversations-back = Back to the messages
conversations-empty-title = No conversations yet
conversations-empty-body = A conversation appears here when the room of your consultation opens.
conversations-state-open = Room is open
conversations-state-waiting = Not open yet
conversations-state-closed = Finished, chat erased
conversations-state-kept = Kept

conversations-chat = Chat
conversations-messages = Messages of the chat
conversations-nothing-yet = No messages yet.
conversations-erased-at-end = The chat in this room is erased when the room closes. The prescription is kept.
conversations-kept = This conversation is kept and can be read again.
conversations-kept-with-record = The chat in this room is kept with the medical record. After the room has closed, patient and doctor can still read it.
conversations-nothing-written = No messages were written.
conversations-read-only = This conversation can only be read now. To ask again, book a consultation or call the clinic.
conversations-newer = New message
conversations-write = Write a message
conversations-send = Send
conversations-from-you = You:
conversations-from-doctor = From the doctor:
conversations-from-patient = From the patient:
conversations-text-erased = This message is erased and can be read no more.
conversations-sending = Sending
conversations-sent = Sent
conversations-failed = Not sent yet
conversations-send-again = Send again
conversations-refused = This message cannot be sent. Check what it says, then try again.

conversations-message-empty = Write a message first.
conversations-message-too-long = This message has { $length } characters. At most { $largest } can be sent; split it into several messages.
conversations-duration = { $minutes ->
    [0] { $seconds } s
    [one] { $seconds ->
        [0] 1 minute
       *[other] 1 minute { $seconds } s
    }
   *[other] { $seconds ->
        [0] { $minutes } minutes
       *[other] { $minutes } minutes { $seconds } s
    }
}
