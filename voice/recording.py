"""Any sound file as 16 kHz mono samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from companion.labelled import DataError
from companion.types import HEARING_HZ, Samples


def decoded(path: Path) -> Samples:
    """The sound of any file that PyAV opens. Raises `DataError` in one line for a file without readable sound."""
    import av

    resampler = av.AudioResampler("flt", "mono", HEARING_HZ)
    try:
        with av.open(str(path)) as file:
            if not file.streams.audio:
                raise DataError(f"{path} holds no sound")
            frames = [part for frame in file.decode(audio=0) for part in resampler.resample(frame)]
        frames += resampler.resample(None) if frames else []
    except (av.FFmpegError, OSError) as error:
        raise DataError(f"{path} is no sound file that can be read ({error})") from error
    if not frames:
        raise DataError(f"{path} holds no sound")
    return np.asarray(np.concatenate([frame.to_ndarray()[0] for frame in frames]), dtype=np.float32)
