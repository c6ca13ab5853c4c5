//! The mistakes that are planted, one at a time.

macro_rules! mistakes {
    ($($name:ident $label:literal $property:literal;)+) => {
        /// One decision made wrongly.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mistake { Nothing, $($name),+ }

        /// Every mistake with its name and the property that it breaks.
        pub const MISTAKES: &[(Mistake, &str, &str)] = &[$((Mistake::$name, $label, $property)),+];
    };
}

mistakes! {
    ClampHandsNanOn "NaN compare: the clamps hand on what is not a number" "N1";
    NotANumberPasses "NaN compare: a torque that is not a number is not replaced" "ask";
    InfinityPasses "infinite torque is taken for the largest" "ask";
    NoLastClamp "order: the largest torque is looked at before the walls only" "N2";
    CapOfNextJoint "off by one: the largest torque of the next joint" "N2";
    TorqueInDegrees "unit: torque scaled as if it were an angle" "N2";
    SlopePerMillisecond "unit: the slope is taken per millisecond" "N3";
    SlopeUpwardsOnly "sign: a falling torque is not limited" "N3";
    JumpCountsWhole "rate: the whole of a jump of time counts" "N3";
    TickUsedTwice "latch: a second limit has the time of the first once more" "N3";
    TorqueKeptWhenOff "latch: the torque before is kept while the legs are off" "N3";
    CurveTooFast "unit: braking curve of twice the deceleration" "N4";
    WallUpperSign "sign: the damping of the upper wall pushes along" "N4";
    WallLowerMissing "the lower wall is forgotten" "N4";
    WallNotBeforeSlope "order: the wall cuts what is wanted, not what was" "N4";
    WallOffInStop "the walls are off in a stop" "wall";
    SpringMissing "the spring of the walls is forgotten" "wall";
    DampSign "sign: a stop asks for torque along the velocity" "tell";
    StopNotDissipating "what a stop lets through is not judged by its power" "N5";
    BlindDrivesInStop "a joint whose angle is not seen is driven on in a stop" "N5";
    PowerFree "a joint is driven with any power" "N8";
    PowerOfBraking "sign: what brakes is held to the power, what drives is not" "N8";
    PowerInMilliwatts "unit: the power in milliwatts" "N8";
    PowerAfterSlope "order: what was is not cut when the joint gets faster" "N8";
    PowerHoldsWalls "what a wall asks for is held to the power" "wall";
    PowerNotTold "power and energy that held are not told" "held";
    PowerToldAlways "power is told whether it held or not" "held";
    EnergyNotKept "the energy that was given is forgotten" "energy";
    EnergyForgottenInStop "latch: a stop empties the store" "energy";
    EnergyPerMillisecond "unit: the energy of a tick is taken for a second of it" "held";
    EnergyRefunded "sign: braking makes room for more" "energy";
    EnergyNeverLeaks "latch: what is stored stays" "held";
    EnergyOfNextJoint "off by one: the store of the next joint" "energy";
    EnergyWithoutTaper "rate: all of the power until the store is full" "energy";
    EnergyOfAnySpeed "order: a speed that is refused fills the store" "held";
    EnergyNotWhenFast "a joint that is too fast is given energy for nothing" "energy";
    StopDoesNotFade "the share of a stop stays" "stop";
    StopRestarts "latch: a stop begins anew each tick" "stop";
    StopInMilliseconds "unit: the age of a stop is taken in milliseconds" "stop";
    NarrowIsFull "degraded torque is the full one" "degraded";
    RampWidens "latch: a ramp after degraded has the full torque" "degraded";
    BlindKeepsTorque "stale: a joint that is not seen keeps its torque" "fade";
    BlindFadesSlowly "rate: a joint that is not seen fades in half a second" "fade";
    BlindNotTold "stale: a joint that is not seen is not told" "tell";
    LimitsNotTold "the limits that acted are not told" "tell";
    SensedIsDriven "a joint that is only sensed is driven" "off";
    ZeroIsFull "mode zero lets torque through" "off";
    ClockRunsBack "latch: a clock that ran back is believed in the next tick" "time";
    EqualTimePasses "off by one: time that stands is no fault" "time";
    JumpIgnored "a jump of time is no fault" "time";
    NegativeGate "NaN compare: a reading is refused when it is too large, not trusted when it is small" "seen";
    GateOneSided "sign: a large negative reading is trusted" "seen";
    AbsentIsZero "an absent reading is 0" "seen";
    RangeUpperOnly "sign: the lower end of the range of motion is not looked at" "range";
    RangeInDegrees "unit: the tolerance of the range of motion in degrees" "range";
    SpeedSigned "sign: a large negative speed is no overspeed" "speed";
    SpeedThreeTicks "off by one: overspeed after three ticks" "speed";
    SpeedLatched "latch: two fast ticks with a slow one between count" "first";
    SpeedOneTick "off by one: overspeed after one tick" "first";
    RequestNotLooked "a request that is not finite is no fault" "finite";
    RequestLookedInStop "a request that nobody listens to is a fault" "first";
    LastJointWins "order: the last joint is told" "first";
}
