//! What a revocation list says about itself (RFC 5280 section 5.1): for errors, never for trust.

use super::date;
use super::der::{self, tag};

/// The parts of a list that errors speak of.
pub(crate) struct RevocationList {
    /// Unix seconds; `None` where there is none.
    pub(crate) next_update: Option<i64>,
}

impl RevocationList {
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut outer = der::only(bytes, tag::SEQUENCE)?.walk();
        let mut fields = outer.take(tag::SEQUENCE)?.walk();
        outer.take(tag::SEQUENCE)?;
        outer.take(tag::BIT_STRING)?;

        let _version = fields.take(tag::INTEGER);
        let _algorithm = fields.take(tag::SEQUENCE)?;
        let _issuer = fields.take(tag::SEQUENCE)?;
        let mut time = || {
            let element = fields.next()?;
            date::from_asn1(element.tag, element.content)
        };
        // A certificate has both of its dates in one sequence here.
        let _this_update = time()?;
        Some(RevocationList {
            next_update: time(),
        })
    }
}
