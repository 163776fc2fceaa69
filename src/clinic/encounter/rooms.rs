//! Opening a room at its start and closing it at its end (C6, C7).
//!
//! A room's key is durable before the first message under it. At the close it is destroyed before the messages are
//! deleted, so that what lies in old pages, logs and backups of the database can be read by nobody. Every step may run
//! twice; a program that stops between two of them goes on where it stopped. A consultation that was booked as kept has no
//! key of its own: its room closes for good, and what was written stays in the record.

use std::time::Duration;

use anyhow::bail;
use sea_orm::DbErr;
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        appointments::{
            self,
            entity::{Kind, Status, appointment},
        },
        calls,
        conversations::{self, Party, RoomState, retention_of, room_state},
        doctors, notifications, patients,
        profile::Retention,
    },
    infra::{bus::Hint, clock::Instant, db::Tx},
    web::Error,
};

const SWEEP_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// The topic of what changes with an appointment's room.
pub fn topic(appointment: Uuid) -> String {
    format!("appointment:{appointment}")
}

/// Opens the room of a consultation whose time has come; before that it is an error, so that the job comes again.
pub async fn open(app: &App, id: Uuid) -> anyhow::Result<()> {
    let Some(row) = appointments::find(app.db.read(), id).await? else { return Ok(()) };
    let now = app.now();
    let state = room_state(&row, now);
    if state == RoomState::Waiting {
        bail!("the room of {id} opens later");
    }
    if row.kind != Kind::Consultation || row.status != Status::Confirmed || state != RoomState::Open {
        return Ok(());
    }
    if retention_of(&row) == Retention::Ephemeral && app.room_keys.create(id, now).await?.is_none() {
        return Ok(());
    }
    let Some(doctor) = doctors::find(app.db.read(), row.doctor_id).await? else { return Ok(()) };
    let appointment = row.clone();
    let told = app
        .db
        .write(move |tx| async move {
            if !appointments::open(&tx, id, now).await? {
                return Ok::<_, DbErr>(Vec::new());
            }
            conversations::create(&tx, &appointment, now).await?;
            let accounts = patients::accounts_of(&tx, appointment.patient_id).await?;
            let mut people: Vec<_> = accounts.into_iter().map(|user| (user, format!("/consultations/{id}"))).collect();
            people.push((doctor.user_id, format!("/doctor/consultations/{id}")));
            let mut told = Vec::new();
            for (user, path) in people {
                let notice = notifications::add(&tx, user, notifications::Kind::RoomOpen, id, path, now).await?;
                told.push((user, notice));
            }
            Ok(told)
        })
        .await?;
    for (user, notice) in told {
        notifications::tell(app, user, notice);
    }
    tell(app, &row);
    Ok(())
}

/// Closes the room of a consultation whose time is over, and erases it unless it is kept; before that it is an error, so
/// that the job comes again.
pub async fn close(app: &App, id: Uuid) -> anyhow::Result<()> {
    let Some(row) = appointments::find(app.db.read(), id).await? else { return Ok(()) };
    let now = app.now();
    if row.kind != Kind::Consultation {
        return Ok(());
    }
    if room_state(&row, now) != RoomState::Closed {
        bail!("the room of {id} closes later");
    }
    if app.trust.holds(now) {
        bail!("the room of {id} waits until an admin has confirmed the clock");
    }
    // A program that was off at the end closes late; the room was shut at its end all the same.
    let at = row.ends_at.map_or(now, |ends| ends.min(now));
    let retention = retention_of(&row);
    app.db
        .write(move |tx| async move {
            appointments::close(&tx, id, at).await?;
            match retention {
                Retention::Ephemeral => conversations::mark_erased(&tx, id, now).await,
                Retention::Kept => conversations::mark_closed(&tx, id).await,
            }
        })
        .await?;
    fail::fail_point!(&format!("close-after-mark {id}"), |_| Err(anyhow::anyhow!("stopped after marking")));
    calls::end_of_conversation(app, id, at).await?;
    app.bus.publish(Hint::with(conversations::live::topic(id), json!({ "closed": true })));
    tell(app, &row);
    match retention {
        Retention::Ephemeral => erase(app, id).await,
        Retention::Kept => Ok(()),
    }
}

/// Destroys the key, then deletes the messages.
async fn erase(app: &App, id: Uuid) -> anyhow::Result<()> {
    fail::fail_point!(&format!("close-before-destroy {id}"), |_| Err(anyhow::anyhow!("stopped before destroying")));
    app.room_keys.destroy(id, app.now()).await?;
    fail::fail_point!(&format!("close-before-delete {id}"), |_| Err(anyhow::anyhow!("stopped before deleting")));
    app.db.write(move |tx| async move { conversations::erase_messages(&tx, id).await }).await?;
    Ok(())
}

/// In a database that comes from a backup: rooms without a key among `keys` are closed, as their messages cannot be read
/// any more; what is kept needs none and stays. Says how many rooms were closed and how many messages went.
pub async fn close_without_keys(tx: &Tx, keys: &[Uuid], now: Instant) -> Result<(u64, u64), DbErr> {
    let (messages, open) = conversations::erase_without_keys(tx, keys).await?;
    let mut rooms = 0;
    for id in open {
        appointments::close(tx, id, now).await?;
        conversations::mark_erased(tx, id, now).await?;
        rooms += 1;
    }
    Ok((rooms, messages))
}

/// Brings rooms and keys together, as they are found at the start of the program: keys of rooms that are closed by now are
/// destroyed before a page is served, and rooms whose key is lost get a new one. What fails stands in nobody else's way.
pub async fn sweep(app: &App) -> anyhow::Result<()> {
    let keys = app.room_keys.rooms().await?;
    let mut result = Ok(());
    for room in &keys {
        result = close_if_over(app, *room).await.and(result);
    }
    for room in conversations::open_without_key(app.db.read(), &keys).await? {
        result = replace_lost_key(app, room).await.and(result);
    }
    result
}

/// Does so again until nothing is left; first when the clock of the start is believed.
pub async fn keep_sweeping(app: App) {
    loop {
        if app.trust.holds(app.now()) {
            app.trust.settled(&app.clock).await;
        } else {
            app.clock.sleep(SWEEP_AGAIN_AFTER).await;
        }
        match sweep(&app).await {
            Ok(()) => return,
            Err(error) => tracing::error!(%error, "not every room is as it should be yet; this is tried again"),
        }
    }
}

async fn close_if_over(app: &App, room: Uuid) -> anyhow::Result<()> {
    match appointments::find(app.db.read(), room).await? {
        Some(row) if room_state(&row, app.now()) != RoomState::Closed => Ok(()),
        Some(_) => close(app, room).await,
        None => Ok(app.room_keys.destroy(room, app.now()).await?),
    }
}

/// A room whose key is in no file any more goes on with a new one; what was said under the old one reads as erased.
async fn replace_lost_key(app: &App, room: Uuid) -> anyhow::Result<()> {
    let Some(row) = appointments::find(app.db.read(), room).await? else { return Ok(()) };
    if room_state(&row, app.now()) != RoomState::Open {
        return Ok(());
    }
    tracing::error!(%room, "the key of an open room is lost, and what was said there with it");
    app.room_keys.create(room, app.now()).await?;
    tell(app, &row);
    Ok(())
}

/// Tells both pages, and the doctor's list, that the room has changed.
fn tell(app: &App, row: &appointment::Model) {
    app.bus.publish(Hint::changed(topic(row.id)));
    app.bus.publish(Hint::changed(format!("doctor-consultations:{}", row.doctor_id)));
    doctors::tell_presence(app, row.doctor_id);
}

/// The party with its room in the state that the clock says: opened or closed now, should the job be a moment late.
pub(super) async fn brought_up_to_date(app: &App, party: Party) -> Result<Party, Error> {
    let row = &party.appointment;
    let due = match (row.status, party.room(app.now())) {
        (Status::Confirmed, RoomState::Open) => open(app, row.id).await,
        (Status::Confirmed | Status::Ongoing, RoomState::Closed) if !app.trust.holds(app.now()) => {
            close(app, row.id).await
        }
        _ => return Ok(party),
    };
    due.map_err(Error::broken)?;
    let appointment = appointments::find(app.db.read(), row.id).await?.ok_or(Error::NotFound)?;
    Ok(Party { appointment, ..party })
}
