//! The head of the chain: how many rows it has and the last one's link.

use std::{fmt, str::FromStr};

/// A head of the chain. Whoever has kept one sees whether the chain still leads through it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The last row's place.
    pub place: i64,
    /// The last row's link.
    pub link: Vec<u8>,
}

impl fmt::Display for Head {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:", self.place)?;
        self.link.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
    }
}

impl FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "a head is PLACE:LINK, as the log and praktik audit verify print it";
        let (place, link) = text.trim().split_once(':').ok_or(SHAPE)?;
        let digits = link.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).ok());
        let bytes: Option<Vec<u8>> = digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
        let link = bytes.filter(|bytes| bytes.len() == 32 && link.len() == 64).ok_or(SHAPE)?;
        Ok(Self { place: place.parse().map_err(|_| SHAPE)?, link })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let head = Head { place: 41, link: (0..32).collect() };
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in ["", "41", "41:00", "x:00", "41:zz"] {
            assert!(wrong.parse::<Head>().is_err(), "{wrong}");
        }
    }
}
