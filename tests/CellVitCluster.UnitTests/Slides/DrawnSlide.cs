using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Domain.Units;
using CellVitCluster.Slides.Opening;

namespace CellVitCluster.UnitTests.Slides;

/// <summary>A slide of any size whose pixels are a function of their level-0 position; outside it is white.</summary>
internal sealed class DrawnSlide : ISlide
{
    private readonly Func<long, long, (byte R, byte G, byte B)> _draw;

    public DrawnSlide(int width, int height, double? mpp, Func<long, long, (byte R, byte G, byte B)> draw, params int[] downsamples)
    {
        _draw = draw;
        Metadata = new SlideMetadata
        {
            Vendor = "drawn",
            Width = width,
            Height = height,
            Levels = [new SlideLevel(width, height, 1), .. downsamples.Select(factor => new SlideLevel(width / factor, height / factor, factor))],
            ActiveArea = new SlideRect(0, 0, width, height),
            Mpp = mpp is null ? null : new Mpp(mpp.Value),
            MppOrigin = mpp is null ? null : "drawn",
            Magnification = null,
        };
    }

    public SlideMetadata Metadata { get; init; }

    /// <summary>Largest number of pixels that one read asked for.</summary>
    public long LargestRead { get; private set; }

    /// <summary>Pixels of all reads, by level.</summary>
    public Dictionary<int, long> PixelsByLevel { get; } = [];

    public void Read(long x, long y, int level, int width, int height, Span<byte> rgb)
    {
        LargestRead = Math.Max(LargestRead, (long)width * height);
        PixelsByLevel[level] = PixelsByLevel.GetValueOrDefault(level) + ((long)width * height);
        long step = (long)Metadata.Levels[level].Downsample;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                long px = x + (column * step), py = y + (row * step);
                bool inside = px >= 0 && py >= 0 && px < Metadata.Width && py < Metadata.Height;
                int i = ((row * width) + column) * 3;
                (rgb[i], rgb[i + 1], rgb[i + 2]) = inside ? _draw(px, py) : ((byte)255, (byte)255, (byte)255);
            }
        }
    }

    public void Dispose()
    {
    }
}
