//! The page of one consultation: its room, calls and prescription side by side; and the room's opening and closing.

pub mod health;
pub mod prescribing;
pub mod rooms;
pub mod web;
