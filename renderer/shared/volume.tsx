import { useState } from 'react';
import { useText } from './i18n/text.ts';
import { playSound, setVolume, SOUND_NAMES, useVolume, VOLUME_STEP, type SoundName } from './sounds.ts';

/** Volume in steps, and every sound to listen to. Mute is said in words, and lit among the lights. */
export function VolumeSetting() {
  const text = useText();
  const volume = useVolume();
  const [played, setPlayed] = useState<'played' | 'muted' | 'failed' | null>(null);
  const test = (name: SoundName): void => {
    void playSound(name).then(setPlayed);
  };
  const step = (by: number): void => {
    setVolume(volume + by);
    test('accepted');
  };
  return (
    <div className="volume" data-testid="volume" data-volume={volume}>
      <div className="volume-row">
        <button
          type="button"
          className="key-safe function"
          data-testid="volume-down"
          aria-label={text('sounds.quieter')}
          disabled={volume === 0}
          onClick={() => step(-VOLUME_STEP)}
        >
          −
        </button>
        <output aria-live="polite">
          {volume === 0 ? text('sounds.muted') : text('sounds.volume', { volume })}
        </output>
        <button
          type="button"
          className="key-safe function"
          data-testid="volume-up"
          aria-label={text('sounds.louder')}
          disabled={volume === 100}
          onClick={() => step(VOLUME_STEP)}
        >
          +
        </button>
        {SOUND_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            className="key-safe function"
            data-testid={`sound-${name}`}
            onClick={() => test(name)}
          >
            {text(`sounds.${name}`)}
          </button>
        ))}
      </div>
      <p role="status" data-testid="sound-result" data-result={played ?? 'none'}>
        {played === 'failed' ? text('sounds.failed') : played === 'muted' ? text('sounds.mutedHint') : ' '}
      </p>
    </div>
  );
}
