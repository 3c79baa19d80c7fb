using CellVitCluster.Detection;

namespace CellVitCluster.UnitTests.Detection.Separation;

/// <summary>The scene of spec/inference.md §18.2: ten ellipses with ideal distance maps on 128 × 128 px, with specks and a hole.</summary>
internal static class EllipseScene
{
    public const int Side = 128;

    private static readonly (int X, int Y, int A, int B)[] Ellipses =
    [
        (30, 28, 12, 9), (48, 30, 11, 10), (96, 24, 8, 14), (5, 70, 9, 9), (64, 66, 14, 8),
        (70, 78, 9, 9), (110, 100, 16, 12), (127, 60, 8, 8), (40, 110, 6, 6), (90, 118, 5, 4),
    ];

    public static NetworkMaps Draw()
    {
        var maps = new NetworkMaps
        {
            Width = Side,
            Height = Side,
            Nucleus = new byte[Side * Side],
            Horizontal = new float[Side * Side],
            Vertical = new float[Side * Side],
            Class = new byte[Side * Side],
        };
        for (int k = 0; k < Ellipses.Length; k++)
        {
            DrawEllipse(maps, k, Ellipses[k]);
        }

        Fill(maps.Nucleus, 70, 72, 2, 4, 1);
        Fill(maps.Nucleus, 100, 104, 50, 51, 1);
        maps.Nucleus[(66 * Side) + 64] = 0;
        return maps;
    }

    private static void DrawEllipse(NetworkMaps maps, int k, (int X, int Y, int A, int B) ellipse)
    {
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                double dx = (x - ellipse.X) / (double)ellipse.A;
                double dy = (y - ellipse.Y) / (double)ellipse.B;
                if ((dx * dx) + (dy * dy) > 1)
                {
                    continue;
                }

                int i = (y * Side) + x;
                maps.Nucleus[i] = 1;
                maps.Horizontal[i] = (float)(Half)dx;
                maps.Vertical[i] = (float)(Half)dy;
                int type = x < ellipse.X - (ellipse.A / 3.0) ? 1 + ((k + 2) % 5) : 1 + (k % 5);
                maps.Class[i] = (byte)(k == 6 && x > ellipse.X - 8 ? 0 : type);
            }
        }
    }

    private static void Fill(byte[] map, int left, int right, int top, int bottom, byte value)
    {
        for (int y = top; y <= bottom; y++)
        {
            map.AsSpan((y * Side) + left, right - left + 1).Fill(value);
        }
    }
}
