using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>
/// A polygon that its center sees whole: an ellipse with a slightly wavy rim. The polygon is the definition of the shape, so the drawn
/// object and its ground truth are the same area. Immutable.
/// </summary>
internal sealed class StarOutline
{
    private const int VerticesPerQuadrant = 8;
    private const int VertexCount = 4 * VerticesPerQuadrant;

    private readonly float _ux;
    private readonly float _uy;
    private readonly float _vx;
    private readonly float _vy;
    private readonly float[] _vertices = new float[2 * VertexCount];
    private readonly Edge[] _edges = new Edge[VertexCount];

    /// <summary>Creates a shape around a center.</summary>
    /// <param name="center">Center in level-0 px.</param>
    /// <param name="semiMajor">Half the longer axis of the ellipse in px.</param>
    /// <param name="semiMinor">Half the shorter axis of the ellipse in px.</param>
    /// <param name="angle">Direction of the longer axis in radians, from x towards y.</param>
    /// <param name="irregularity">Amplitude of the waves of the rim relative to the radius, 0 … 0.15.</param>
    /// <param name="random">Decides the waves.</param>
    public StarOutline(SlidePoint center, float semiMajor, float semiMinor, float angle, float irregularity, ref PlaceRandom random)
    {
        Center = center;
        float cos = MathF.Cos(angle), sin = MathF.Sin(angle);
        (_ux, _uy) = (cos / semiMajor, sin / semiMajor);
        (_vx, _vy) = (-sin / semiMinor, cos / semiMinor);

        Span<float> amplitude = stackalloc float[4], phase = stackalloc float[4];
        for (int k = 0; k < amplitude.Length; k++)
        {
            amplitude[k] = irregularity * random.Between(0.3f, 1f) / (1f + (0.5f * k));
            phase[k] = random.Between(0f, MathF.Tau);
        }

        for (int i = 0; i < VertexCount; i++)
        {
            float theta = AngleOf(i);
            float radius = 1f;
            for (int k = 0; k < amplitude.Length; k++)
            {
                radius += amplitude[k] * MathF.Cos(((k + 2) * theta) + phase[k]);
            }

            float u = semiMajor * radius * MathF.Cos(theta), v = semiMinor * radius * MathF.Sin(theta);
            _vertices[2 * i] = (u * cos) - (v * sin);
            _vertices[(2 * i) + 1] = (u * sin) + (v * cos);
            Reach = Math.Max(Reach, MathF.Sqrt((u * u) + (v * v)));
        }

        for (int i = 0; i < VertexCount; i++)
        {
            int next = (i + 1) % VertexCount;
            float ex = _vertices[2 * next] - _vertices[2 * i], ey = _vertices[(2 * next) + 1] - _vertices[(2 * i) + 1];
            float length = MathF.Sqrt((ex * ex) + (ey * ey));
            float nx = ey / length, ny = -ex / length;
            _edges[i] = new Edge(nx, ny, (nx * _vertices[2 * i]) + (ny * _vertices[(2 * i) + 1]));
        }
    }

    /// <summary>Center in level-0 px.</summary>
    public SlidePoint Center { get; }

    /// <summary>Largest distance in px of the rim from the center.</summary>
    public float Reach { get; }

    /// <summary>
    /// Where a point lies relative to the rim in its direction. <c>Depth</c> is the distance in px to the line through the edge in that
    /// direction, negative inside; <c>Ratio</c> is the distance from the center relative to that of the rim, below 1 inside. Both have
    /// the same sign test, which is exactly "inside the polygon".
    /// </summary>
    /// <param name="dx">Level-0 px to the right of the center.</param>
    /// <param name="dy">Level-0 px below the center.</param>
    public (float Depth, float Ratio) Locate(float dx, float dy)
    {
        ref readonly Edge edge = ref _edges[Sector(dx, dy)];
        float along = (edge.NormalX * dx) + (edge.NormalY * dy);
        return (along - edge.Offset, along / edge.Offset);
    }

    /// <summary>Distance in px from the center to the rim in the direction of an angle (radians).</summary>
    public float RadiusAt(float angle)
    {
        float cos = MathF.Cos(angle), sin = MathF.Sin(angle);
        return 1f / Locate(cos, sin).Ratio;
    }

    /// <summary>Whether this shape and another keep at least about <paramref name="gap"/> px apart.</summary>
    public bool IsClearOf(StarOutline other, float gap)
    {
        float dx = (float)(other.Center.X - Center.X), dy = (float)(other.Center.Y - Center.Y);
        float reach = Reach + other.Reach + gap;
        return (dx * dx) + (dy * dy) > reach * reach || (VerticesKeepOut(other, dx, dy, gap) && other.VerticesKeepOut(this, -dx, -dy, gap));
    }

    /// <summary>The shape as level-0 px coordinates, exact to the float.</summary>
    public SlidePolygon ToPolygon()
    {
        var coordinates = new double[_vertices.Length];
        for (int i = 0; i < coordinates.Length; i += 2)
        {
            coordinates[i] = Center.X + _vertices[i];
            coordinates[i + 1] = Center.Y + _vertices[i + 1];
        }

        return new SlidePolygon(coordinates);
    }

    private bool VerticesKeepOut(StarOutline other, float dx, float dy, float gap)
    {
        for (int i = 0; i < other._vertices.Length; i += 2)
        {
            if (Locate(dx + other._vertices[i], dy + other._vertices[i + 1]).Depth < gap)
            {
                return false;
            }
        }

        return true;
    }

    // Vertices lie at equal steps of the "diamond angle" in the ellipse's own frame, so the sector of a point costs one division.
    private int Sector(float dx, float dy)
    {
        float u = (dx * _ux) + (dy * _uy), v = (dx * _vx) + (dy * _vy);
        float sum = MathF.Abs(u) + MathF.Abs(v);
        if (sum == 0f)
        {
            return 0;
        }

        float t = v / sum;
        float diamond = u >= 0f ? (v >= 0f ? t : 4f + t) : 2f - t;
        return Math.Min((int)(diamond * VerticesPerQuadrant), VertexCount - 1);
    }

    private static float AngleOf(int vertex)
    {
        float diamond = vertex / (float)VerticesPerQuadrant;
        int quadrant = vertex / VerticesPerQuadrant;
        float t = diamond - quadrant;
        return MathF.Atan2(t, 1f - t) + (quadrant * (MathF.PI / 2f));
    }

    private readonly record struct Edge(float NormalX, float NormalY, float Offset);
}
