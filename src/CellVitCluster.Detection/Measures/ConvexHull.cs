using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CellVitCluster.Detection.Measures;

/// <summary>Diameter of point sets. The two farthest points are vertices of the convex hull, which for outlines has few.</summary>
internal static class ConvexHull
{
    /// <summary>Up to this many points comparing all pairs, four at a time, is faster than building the hull.</summary>
    private const int WorthwhilePoints = 96;

    /// <summary>Largest distance between two of the interleaved x, y points.</summary>
    public static double Diameter(ReadOnlySpan<double> interleaved)
    {
        ReadOnlySpan<Point> points = MemoryMarshal.Cast<double, Point>(interleaved);
        if (points.Length <= WorthwhilePoints)
        {
            return LargestDistance(points);
        }

        Point[] buffer = ArrayPool<Point>.Shared.Rent(3 * points.Length);
        Span<Point> sorted = buffer.AsSpan(0, points.Length);
        points.CopyTo(sorted);
        sorted.Sort(Point.CompareByX);
        Span<Point> hull = buffer.AsSpan(points.Length, 2 * points.Length);
        int count = Build(sorted, hull);
        double diameter = LargestDistance(hull[..count]);
        ArrayPool<Point>.Shared.Return(buffer);
        return diameter;
    }

    /// <summary>Monotone chain: lower, then upper hull of points sorted by x, then y.</summary>
    private static int Build(ReadOnlySpan<Point> sorted, Span<Point> hull)
    {
        int count = 0;
        foreach (Point point in sorted)
        {
            count = Append(hull, count, floor: 0, point);
        }

        int lower = count;
        for (int i = sorted.Length - 2; i >= 0; i--)
        {
            count = Append(hull, count, floor: lower - 1, sorted[i]);
        }

        return count;
    }

    private static int Append(Span<Point> hull, int count, int floor, Point point)
    {
        while (count >= floor + 2 && Point.Turn(hull[count - 2], hull[count - 1], point) <= 0)
        {
            count--;
        }

        hull[count] = point;
        return count + 1;
    }

    private static double LargestDistance(ReadOnlySpan<Point> points)
    {
        // Columns and rows apart, the last point repeated to the end of its vector.
        int count = Vector256<double>.Count;
        int padded = points.Length + count - 1;
        double[] rented = ArrayPool<double>.Shared.Rent(2 * padded);
        Span<double> xs = rented.AsSpan(0, padded), ys = rented.AsSpan(padded, padded);
        for (int i = 0; i < points.Length; i++)
        {
            (xs[i], ys[i]) = (points[i].X, points[i].Y);
        }

        xs[points.Length..].Fill(points[^1].X);
        ys[points.Length..].Fill(points[^1].Y);
        ref double fromX = ref MemoryMarshal.GetReference(xs);
        ref double fromY = ref MemoryMarshal.GetReference(ys);
        Vector256<double> largest = Vector256<double>.Zero;
        for (int i = 0; i < points.Length; i++)
        {
            Vector256<double> x = Vector256.Create(points[i].X), y = Vector256.Create(points[i].Y);
            for (int j = i + 1; j < points.Length; j += count)
            {
                Vector256<double> dx = x - Vector256.LoadUnsafe(ref fromX, (nuint)j), dy = y - Vector256.LoadUnsafe(ref fromY, (nuint)j);
                largest = Vector256.Max(largest, (dx * dx) + (dy * dy));
            }
        }

        ArrayPool<double>.Shared.Return(rented);
        return Math.Sqrt(Math.Max(Math.Max(largest[0], largest[1]), Math.Max(largest[2], largest[3])));
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Point(double X, double Y)
    {
        public static double Turn(Point a, Point b, Point c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));

        public static int CompareByX(Point a, Point b)
        {
            int order = a.X.CompareTo(b.X);
            return order != 0 ? order : a.Y.CompareTo(b.Y);
        }
    }
}
