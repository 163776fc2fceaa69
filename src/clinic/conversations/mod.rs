//! Conversations: what a patient and a doctor write to each other, each reached only by its two people (M5).
//!
//! A conversation has the id of its appointment. That of a consultation is its room: it can be written while the room
//! is open; when the room closes it is erased, or kept, as was said when it was booked. Opening and closing rooms is in
//! `encounter`.

pub mod entity;
mod export;
pub mod live;
mod party;
pub mod rules;
mod store;
mod view;
pub mod web;
mod write;

pub use entity::MessageType;
pub use export::{KeptConversation, KeptMessage, kept_of};
pub use party::{Party, page_path};
pub use rules::{Access, RoomState, access, retention_of, room_state};
pub use store::{
    CallEntry, Whose, add_call_entry, create, erase_messages, erase_without_keys, exists, hold_open, is_over,
    mark_closed, mark_erased, open_without_key,
};
pub use view::{CallNow, Chat, MessageView, chat};
pub use write::write;
