//! Pages and forms of booking.
