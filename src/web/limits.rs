//! How often an address may ask, by class of route. A whole village can share one address, so the limits are wide.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

use super::Error;

/// What a route costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rate {
    /// Reading.
    Page,
    /// Changing something.
    Act,
    /// Anything that tries a secret: passwords, codes, one-time links.
    Credential,
}

impl Rate {
    /// The class as `praktik routes` prints it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Act => "act",
            Self::Credential => "credential",
        }
    }
}

/// Requests of each class that one address may make in a minute. Thousands share one on a mobile network, and each of
/// them may be about to miss a consultation: these hold floods off. Guessing is held by the counts at each account.
const PAGES: u32 = 3_000;
const ACTS: u32 = 1_200;
const CREDENTIALS: u32 = 600;

/// The limits of one node.
#[derive(Clone)]
pub struct Limits(Option<Arc<[DefaultKeyedRateLimiter<IpAddr>; 3]>>);

impl Limits {
    /// The limits of a clinic.
    pub fn standard() -> Self {
        let per_minute =
            |tries: u32| RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(tries).unwrap_or(NonZeroU32::MIN)));
        Self(Some(Arc::new([per_minute(PAGES), per_minute(ACTS), per_minute(CREDENTIALS)])))
    }

    /// No limits, for load tests of a demo.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Whether nothing is limited.
    pub const fn are_lifted(&self) -> bool {
        self.0.is_none()
    }

    /// Forgets addresses that have not asked for a while.
    pub fn tidy(&self) {
        for limiter in self.0.iter().flat_map(|limiters| limiters.iter()) {
            limiter.retain_recent();
        }
    }

    /// Counts a request of `address`; refuses it when there were too many.
    pub fn check(&self, rate: Rate, address: IpAddr) -> Result<(), Error> {
        let Some(limiters) = &self.0 else { return Ok(()) };
        let [page, act, credential] = &**limiters;
        let limiter = match rate {
            Rate::Page => page,
            Rate::Act => act,
            Rate::Credential => credential,
        };
        limiter.check_key(&network(address)).map_err(|refused| {
            let wait = refused.wait_time_from(governor::clock::DefaultClock::default().now());
            Error::TooMany(wait.as_secs().saturating_add(1))
        })
    }
}

/// One subscriber: an IPv4 address, or the /64 that an IPv6 subscriber is given.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => six
            .to_ipv4_mapped()
            .map_or_else(|| IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))), IpAddr::V4),
    }
}
