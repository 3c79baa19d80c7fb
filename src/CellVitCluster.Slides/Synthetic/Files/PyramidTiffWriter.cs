using CellVitCluster.Slides.Synthetic.Painting;

namespace CellVitCluster.Slides.Synthetic.Files;

/// <summary>
/// Writes a tiled pyramidal TIFF whose tiles of all levels arrive interleaved: tiles are appended as they come, the directories follow at
/// the end. TIFF libraries keep one directory open at a time and would have to read the file again for every level. The first 16 bytes stay
/// free until the size is known, then hold the header of a classic TIFF or, from 4 GiB on, of a BigTIFF. Not thread-safe.
/// </summary>
internal sealed class PyramidTiffWriter
{
    private const int HeaderLength = 16;

    private readonly Stream _stream;
    private readonly PyramidShape _shape;
    private readonly long[][] _offsets;
    private readonly uint[][] _lengths;
    private readonly long _classicLimit;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Empty, seekable; stays open.</param>
    /// <param name="shape">Levels.</param>
    /// <param name="classicLimit">Length in bytes up to which the file is a classic TIFF; its offsets allow no more than 4 GiB.</param>
    public PyramidTiffWriter(Stream stream, PyramidShape shape, long classicLimit = uint.MaxValue)
    {
        _classicLimit = classicLimit;
        _stream = stream;
        _shape = shape;
        _offsets = [.. shape.Levels.Select(level => new long[level.Columns * level.Rows])];
        _lengths = [.. shape.Levels.Select(level => new uint[level.Columns * level.Rows])];
        stream.Write(new byte[HeaderLength]);
    }

    /// <summary>Appends a tile; each tile of the shape is written once.</summary>
    public async ValueTask WriteAsync(EncodedTile tile, CancellationToken cancellation)
    {
        int index = (tile.Row * _shape.Levels[tile.Level].Columns) + tile.Column;
        _offsets[tile.Level][index] = _stream.Position;
        _lengths[tile.Level][index] = (uint)tile.Jpeg.Length;
        await _stream.WriteAsync(tile.Jpeg, cancellation);
    }

    /// <summary>Writes the directories and the header.</summary>
    /// <param name="description">Text of the first directory, ASCII.</param>
    /// <param name="micronsPerPixel">Pixel size of level 0.</param>
    public void Finish(string description, double micronsPerPixel)
    {
        bool big = _stream.Position + DirectoryBound() > _classicLimit;
        var directories = new TiffDirectoryWriter(_stream, big);
        for (int level = 0; level < _shape.Levels.Count; level++)
        {
            directories.AddLongs(TiffTag.NewSubfileType, level == 0 ? 0u : 1u);
            directories.AddLongs(TiffTag.ImageWidth, (uint)_shape.Levels[level].Width);
            directories.AddLongs(TiffTag.ImageLength, (uint)_shape.Levels[level].Height);
            directories.AddShorts(TiffTag.BitsPerSample, 8, 8, 8);
            directories.AddShorts(TiffTag.Compression, TiffTag.CompressionJpeg);
            directories.AddShorts(TiffTag.Photometric, TiffTag.PhotometricYCbCr);
            if (level == 0)
            {
                directories.AddText(TiffTag.ImageDescription, description);
            }

            directories.AddShorts(TiffTag.SamplesPerPixel, 3);
            uint pixelsPerCentimeter = (uint)Math.Round(10_000 / micronsPerPixel);
            directories.AddRational(TiffTag.XResolution, pixelsPerCentimeter, 1u << level);
            directories.AddRational(TiffTag.YResolution, pixelsPerCentimeter, 1u << level);
            directories.AddShorts(TiffTag.PlanarConfiguration, 1);
            directories.AddShorts(TiffTag.ResolutionUnit, TiffTag.UnitCentimeter);
            directories.AddLongs(TiffTag.TileWidth, SlideBlock.TileSize);
            directories.AddLongs(TiffTag.TileLength, SlideBlock.TileSize);
            directories.AddOffsets(TiffTag.TileOffsets, _offsets[level]);
            directories.AddLongs(TiffTag.TileByteCounts, _lengths[level]);
            directories.AddShorts(TiffTag.YCbCrSubsampling, 2, 2);
            directories.EndDirectory();
        }

        directories.WriteHeader();
    }

    // Generous: 12 bytes per tile entry and a kilobyte of other tags per level.
    private long DirectoryBound() => _offsets.Sum(level => 1024L + (12L * level.Length));
}
