//! What the list of limits says of each.

use super::*;

#[test]
fn a_limit_tells_by_name_which_value_is_the_narrower() {
    let told = |name: &str| ENVELOPE_FIELDS.iter().find(|field| field.name == name).map(|field| field.rule.name());
    assert_eq!(told("q_min"), Some("larger"));
    assert_eq!(told("q_max"), Some("smaller"));
    assert_eq!(told("stop_damping"), Some("own"));
}
