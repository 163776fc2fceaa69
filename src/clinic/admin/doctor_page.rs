//! The page of one doctor: who it is, the week's hours, days off.

use askama::Template;
use jiff::civil::Date;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait as _};
use uuid::Uuid;

use super::bookings;
use crate::{
    app::App,
    clinic::{
        accounts::{self, entity::user, second_factor},
        doctors::{
            self, Hours, HoursRange, Status,
            entity::{day_off, doctor},
            rules::{self, HoursForm, RangeForm, SipState},
        },
    },
    web::{Error, FormState, Page, page::initials, words::TimeWords},
};

/// Ranges of a weekday that are drawn although nothing stands in them yet, for browsers that run no script.
const LEAST_ROWS: usize = 2;
const MOST_OUTSIDE_SAID: usize = 10;

#[derive(Template)]
#[template(path = "clinic/admin/doctor.html")]
pub(super) struct DoctorPage {
    pub(super) page: Page,
    pub(super) form: FormState,
    pub(super) days_off_form: FormState,
    pub(super) photo_form: FormState,
    pub(super) week: Vec<WeekDay>,
    pub(super) zone: String,
    pub(super) slot_minutes: i32,
    /// Nothing for a new doctor.
    pub(super) edited: Option<Edited>,
    pub(super) sends_mail: bool,
}

/// What is known of a doctor who is there already.
pub(super) struct Edited {
    pub(super) id: Uuid,
    /// The account.
    pub(super) user: Uuid,
    pub(super) name: String,
    pub(super) initials: String,
    pub(super) photo: Option<Uuid>,
    pub(super) is_active: bool,
    pub(super) sip: SipState,
    pub(super) booked: usize,
    pub(super) outside: Vec<TimeWords>,
    pub(super) outside_unsaid: usize,
    pub(super) days_off: Vec<DaysOffRow>,
    pub(super) has_second_factor: bool,
    /// Whether the doctor has not chosen a password yet.
    pub(super) awaits_password: bool,
}

pub(super) struct DaysOffRow {
    pub(super) id: Uuid,
    pub(super) words: String,
    pub(super) reason: String,
}

pub(super) struct WeekDay {
    pub(super) number: i32,
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    pub(super) slots: i32,
    pub(super) bars: Vec<(i32, i32)>,
}

pub(super) struct Row {
    /// The names of the two fields.
    pub(super) start: String,
    pub(super) end: String,
    pub(super) range: RangeForm,
}

impl WeekDay {
    fn of(number: i32, typed: &HoursForm, slot_minutes: i32, page: &Page) -> Self {
        let mut rows: Vec<(usize, RangeForm)> = typed
            .get(&number)
            .map(|rows| rows.iter().map(|(row, range)| (*row, range.clone())).collect())
            .unwrap_or_default();
        while rows.len() < LEAST_ROWS {
            rows.push((rows.last().map_or(0, |(row, _)| row.saturating_add(1)), RangeForm::default()));
        }
        let of_day = typed.get(&number).map(|rows| HoursForm::from([(number, rows.clone())])).unwrap_or_default();
        let hours = Hours::check(&of_day).unwrap_or_default();
        let lengths = hours.ranges().iter().map(|range| range.ends_minute - range.starts_minute);
        Self {
            number,
            name: page.t(&format!("doctors-weekday-{number}")),
            rows: rows
                .into_iter()
                .map(|(row, range)| Row {
                    start: rules::field(number, row, "start"),
                    end: rules::field(number, row, "end"),
                    range,
                })
                .collect(),
            slots: lengths.map(|length| length / slot_minutes.max(1)).sum(),
            bars: hours
                .ranges()
                .iter()
                .map(|range| (range.starts_minute, range.ends_minute - range.starts_minute))
                .collect(),
        }
    }

    fn is_wrong(&self, form: &FormState) -> bool {
        self.rows.iter().any(|row| form.error(&row.start).is_some() || form.error(&row.end).is_some())
    }

    fn blank(&self, end: &str) -> String {
        rules::field(self.number, 0, end)
    }
}

impl DoctorPage {
    /// The page of a new doctor.
    pub(super) fn new(app: &App, page: Page, form: FormState, hours: &HoursForm) -> Self {
        let clinic = app.clinic();
        let slot_minutes = clinic.slot_minutes;
        let mut words = page.words.clone();
        words.zone = clinic.zone.clone();
        Self {
            week: (1..=7).map(|number| WeekDay::of(number, hours, slot_minutes, &page)).collect(),
            zone: words.zone_name(app.now()),
            slot_minutes,
            form,
            days_off_form: FormState::default(),
            photo_form: FormState::default(),
            edited: None,
            sends_mail: app.mail.sends(),
            page,
        }
    }

    /// The page of a doctor as the database has them.
    pub(super) async fn of(app: &App, page: Page, doctor: &doctor::Model) -> Result<Self, Error> {
        let hours = doctors::hours_of(app.db.read(), doctor.id).await?;
        Self::edited(app, page, doctor, state_of(doctor), &typed(&hours)).await
    }

    /// The page of a doctor with a form as it was sent.
    pub(super) async fn edited(
        app: &App,
        page: Page,
        doctor: &doctor::Model,
        form: FormState,
        hours: &HoursForm,
    ) -> Result<Self, Error> {
        let edited = Edited::load(app, &page, doctor).await?;
        Ok(Self { edited: Some(edited), ..Self::new(app, page, form, hours) })
    }

    fn slots_a_week(&self) -> i32 {
        self.week.iter().map(|day| day.slots).sum()
    }
}

impl Edited {
    async fn load(app: &App, page: &Page, doctor: &doctor::Model) -> Result<Self, Error> {
        let (connection, now, clinic) = (app.db.read(), app.now(), app.clinic());
        let today = clinic.day_of(now);
        let hours = Hours::of(doctors::hours_of(connection, doctor.id).await?).unwrap_or_default();
        let days_off = doctors::days_off_rows(connection, doctor.id, today).await?;
        let off: Vec<(Date, Date)> =
            days_off.iter().filter_map(|row| row.first_day.parse().ok().zip(row.last_day.parse().ok())).collect();
        let booked = bookings::of(connection, doctor.id, now).await?;
        let outside = bookings::outside(&booked, &hours, &off, &clinic.zone);
        Ok(Self {
            id: doctor.id,
            user: doctor.user_id,
            name: doctor.name.clone(),
            initials: initials(&doctor.name),
            photo: accounts::photos_of(connection, vec![doctor.user_id]).await?.remove(&doctor.user_id),
            is_active: doctor.status == Status::Active,
            sip: doctor.sip_valid_until.parse().map_or(SipState::Ended, |last| SipState::on(last, today)),
            booked: booked.len(),
            outside_unsaid: outside.len().saturating_sub(MOST_OUTSIDE_SAID),
            outside: outside.iter().take(MOST_OUTSIDE_SAID).map(|at| page.words.day_and_time(*at)).collect(),
            days_off: days_off.into_iter().map(|row| DaysOffRow::of(row, page)).collect(),
            has_second_factor: !second_factor::kept(connection, doctor.user_id).await?.is_empty(),
            awaits_password: awaits_password(connection, doctor.user_id).await?,
        })
    }
}

/// Whether an account has no password yet.
async fn awaits_password(connection: &impl ConnectionTrait, user: Uuid) -> Result<bool, DbErr> {
    let account = user::Entity::find_by_id(user).one(connection).await?;
    Ok(account.is_some_and(|account| account.password_hash.is_none()))
}

impl DaysOffRow {
    fn of(row: day_off::Model, page: &Page) -> Self {
        let words = |day: &str| day.parse().map_or_else(|_| day.to_owned(), |day| page.words.day(day));
        let words = if row.first_day == row.last_day {
            words(&row.first_day)
        } else {
            format!("{} – {}", words(&row.first_day), words(&row.last_day))
        };
        Self { id: row.id, words, reason: row.reason }
    }
}

/// The form of a doctor as the database has them.
fn state_of(doctor: &doctor::Model) -> FormState {
    FormState::of([
        ("name", &doctor.name),
        ("specialty", &doctor.specialty),
        ("str_number", &doctor.str_number),
        ("sip_number", &doctor.sip_number),
        ("sip_valid_until", &doctor.sip_valid_until),
        ("biography", &doctor.biography),
    ])
}

/// Hours as fields show them.
pub(super) fn typed(ranges: &[HoursRange]) -> HoursForm {
    let mut form = HoursForm::new();
    for range in ranges {
        let rows = form.entry(range.weekday).or_default();
        let typed = RangeForm { start: rules::clock(range.starts_minute), end: rules::clock(range.ends_minute) };
        rows.insert(rows.len(), typed);
    }
    form
}
