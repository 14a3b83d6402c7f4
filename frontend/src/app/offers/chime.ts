/** Two soft tones, made by the browser itself; silent until somebody has touched the page. */

let audio: AudioContext | null = null;

/** Plays once. Browsers let a page sound only after a gesture, and so does this. */
export function chime(): void {
  if (!navigator.userActivation?.hasBeenActive) return;
  try {
    audio ??= new AudioContext();
    void audio.resume();
    tone(audio, 587, 0);
    tone(audio, 880, 0.16);
  } catch {
    // No sound here: the card and the title say the same.
  }
}

const LOUDNESS = 0.07;
const LENGTH = 0.5;

function tone(context: AudioContext, hertz: number, delay: number): void {
  const begin = context.currentTime + delay;
  const [source, volume] = [context.createOscillator(), context.createGain()];
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, begin + LENGTH);
  source.connect(volume).connect(context.destination);
  source.start(begin);
  source.stop(begin + LENGTH);
}
