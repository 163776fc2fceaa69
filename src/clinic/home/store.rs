//! What only the dashboards ask.

use jiff::civil::Date;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use uuid::Uuid;

use crate::{
    clinic::{
        appointments::{Kind, Status, appointment},
        doctors::{self, entity::doctor},
        patients::entity::patient,
        pharmacy::entity::{Category, Status as ProductStatus, product},
    },
    infra::clock::Instant,
};

/// The clinic in numbers.
pub(super) struct Counts {
    pub(super) doctors: u64,
    pub(super) patients: u64,
    pub(super) products: u64,
    pub(super) consultations: u64,
}

/// Counts what an admin looks after; `day` is the clinic's.
pub(super) async fn counts(connection: &impl ConnectionTrait, day: Date) -> Result<Counts, DbErr> {
    let doctors = doctor::Entity::find().filter(doctor::Column::Status.eq(doctors::Status::Active));
    let products = product::Entity::find()
        .filter(product::Column::Category.eq(Category::Medicine))
        .filter(product::Column::Status.eq(ProductStatus::Active));
    let consultations = appointment::Entity::find()
        .filter(appointment::Column::Kind.eq(Kind::Consultation))
        .filter(appointment::Column::ClinicDay.eq(day.to_string()))
        .filter(appointment::Column::Status.ne(Status::Cancelled));
    Ok(Counts {
        doctors: doctors.count(connection).await?,
        patients: patient::Entity::find().count(connection).await?,
        products: products.count(connection).await?,
        consultations: consultations.count(connection).await?,
    })
}

/// The consultation of `doctor` that is open, or else the next.
pub(super) async fn next_of_doctor(
    connection: &impl ConnectionTrait,
    doctor: Uuid,
    now: Instant,
) -> Result<Option<appointment::Model>, DbErr> {
    appointment::Entity::find()
        .filter(appointment::Column::Kind.eq(Kind::Consultation))
        .filter(appointment::Column::DoctorId.eq(doctor))
        .filter(appointment::Column::Status.is_in([Status::Confirmed, Status::Ongoing]))
        .filter(appointment::Column::EndsAt.gt(now))
        .order_by_asc(appointment::Column::StartsAt)
        .one(connection)
        .await
}
