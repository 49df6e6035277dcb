use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn every_level_gives_what_a_lane_by_itself_gives(
        octaves in prop::array::uniform16(-40.0..12.0f64),
        cents in prop::array::uniform16(1_500.0..13_500.0f32),
        wanted in any::<LaneMask>(),
        rate in 8_000.0..192_000.0f32,
    ) {
        for level in SimdLevel::available() {
            let (mut ratios_of, mut cutoffs_of) = (octaves, Lanes(cents));
            ratios(level, wanted, &mut ratios_of);
            cutoffs(level, wanted, &mut cutoffs_of, rate);
            for lane in (0..LANES).filter(|lane| wanted & (1 << lane) != 0) {
                prop_assert_eq!(ratios_of[lane].to_bits(), exp2_f64(octaves[lane]).to_bits());
                let response = FilterResponse::new(cents[lane], 0.0, rate);
                prop_assert_eq!(cutoffs_of[lane].to_bits(), response.g.to_bits());
            }
        }
    }
}
