using BitMiracle.LibTiff.Classic;

namespace CellVitCluster.EndToEndTests;

/// <summary>Breaks slides in a controlled way.</summary>
internal static class DamagedTiff
{
    /// <summary>Overwrites the compressed data of one 256-px tile of level 0 with bytes no decoder accepts.</summary>
    public static void BreakTile(string path, int column, int row)
    {
        long offset, length;
        using (Tiff tiff = Tiff.Open(path, "r"))
        {
            int columns = (tiff.GetField(TiffTag.IMAGEWIDTH)[0].ToInt() + 255) / 256;
            int tile = (row * columns) + column;
            offset = tiff.GetField(TiffTag.TILEOFFSETS)[0].TolongArray()[tile];
            length = tiff.GetField(TiffTag.TILEBYTECOUNTS)[0].TolongArray()[tile];
        }

        using FileStream file = File.OpenWrite(path);
        file.Position = offset;
        file.Write(new byte[length]);
    }
}
