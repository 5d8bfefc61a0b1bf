/** The only origin that windows ever show. */
export const APP_ORIGIN = 'app://terminal';

/** The channel on which main hands a window its port to the core. */
export const CORE_PORT_CHANNEL = 'core-port';

/** The channel on which main tells a window why the core doesn't answer; null: it does. */
export const CORE_HANG_CHANNEL = 'core-hang';
