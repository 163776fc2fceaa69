//! Times that patients have taken of a doctor, as far as an admin sees them: when, but not who or why.

use jiff::{civil::Date, tz::TimeZone};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::{
    clinic::{
        appointments::entity::{Status, appointment},
        doctors::{Hours, rules},
    },
    infra::clock::Instant,
};

/// The beginning and end of what is booked of `doctor` and not over yet, in order.
pub(super) async fn of(
    connection: &impl ConnectionTrait,
    doctor: Uuid,
    now: Instant,
) -> Result<Vec<(Instant, Instant)>, DbErr> {
    let times: Vec<(Option<Instant>, Option<Instant>)> = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::StartsAt)
        .column(appointment::Column::EndsAt)
        .filter(appointment::Column::DoctorId.eq(doctor))
        .filter(appointment::Column::Status.is_in([Status::Confirmed, Status::Ongoing]))
        .filter(appointment::Column::EndsAt.gt(now))
        .order_by_asc(appointment::Column::StartsAt)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(times.into_iter().filter_map(|(starts, ends)| starts.zip(ends)).collect())
}

/// Which of `booked` no longer lie within the hours, or lie on a day off. They stay valid all the same.
pub(super) fn outside(
    booked: &[(Instant, Instant)],
    hours: &Hours,
    days_off: &[(Date, Date)],
    zone: &TimeZone,
) -> Vec<Instant> {
    let lies_outside = |starts: Instant, ends: Instant| {
        let (first, last) = (starts.in_zone(zone), ends.in_zone(zone));
        let day = first.date();
        let minute = |at: &jiff::Zoned| i32::from(at.hour()) * 60 + i32::from(at.minute());
        let until = if last.date() == day { minute(&last) } else { rules::DAY };
        let weekday = i32::from(first.weekday().to_monday_one_offset());
        let off = days_off.iter().any(|(from, to)| *from <= day && day <= *to);
        off || !hours.cover(weekday, minute(&first), until)
    };
    booked.iter().filter(|(starts, ends)| lies_outside(*starts, *ends)).map(|(starts, _)| *starts).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::civil::date;

    use super::*;
    use crate::clinic::doctors::HoursRange;

    #[test]
    fn what_lies_outside_new_hours_is_found_by_the_clinics_clock() {
        let zone = TimeZone::get("Asia/Makassar").unwrap_or(TimeZone::UTC);
        let quarter = Duration::from_mins(15);
        let at = |minute| Instant::of_day(date(2026, 11, 24), minute, &zone).map(|starts| (starts, starts + quarter));
        let booked: Vec<_> = [at(540), at(555), at(780)].into_iter().flatten().collect();
        let afternoon = HoursRange { weekday: 2, starts_minute: 780, ends_minute: 960 };
        let hours = Hours::of(vec![afternoon]).unwrap_or_default();
        assert_eq!(outside(&booked, &hours, &[], &zone).len(), 2);
        let off = [(date(2026, 11, 24), date(2026, 11, 24))];
        assert_eq!(outside(&booked, &hours, &off, &zone).len(), 3);
    }
}
