using CellVitCluster.Domain.Geometry;
using CellVitCluster.Slides.Synthetic;
using CellVitCluster.Slides.Synthetic.Nuclei;
using CsCheck;

namespace CellVitCluster.UnitTests.Slides.Synthetic.Nuclei;

public sealed class StarOutlineTests
{
    private static readonly Gen<StarOutline> Outlines =
        Gen.Select(Gen.Long, Gen.Float[6, 24], Gen.Float[0.3f, 1f], Gen.Float[0f, 6.3f], Gen.Float[0f, 0.08f], (seed, major, ratio, angle, waves) =>
        {
            var random = new PlaceRandom(seed, 0, 0, 0);
            return new StarOutline(new SlidePoint(1000.25, 2000.5), major, major * ratio, angle, waves, ref random);
        });

    [Fact]
    public void Depth_is_negative_exactly_inside_the_polygon() =>
        Gen.Select(Outlines, Gen.Float[-30f, 30f], Gen.Float[-30f, 30f]).Sample((outline, dx, dy) =>
        {
            (float depth, float ratio) = outline.Locate(dx, dy);
            bool inside = outline.ToPolygon().Contains(new SlidePoint(outline.Center.X + dx, outline.Center.Y + dy));
            return Math.Abs(depth) < 1e-3f || (inside == depth < 0f && inside == ratio < 1f);
        });

    [Fact]
    public void Radius_leads_to_the_rim() =>
        Gen.Select(Outlines, Gen.Float[0f, 6.28f]).Sample((outline, angle) =>
        {
            float radius = outline.RadiusAt(angle);
            return radius <= outline.Reach + 1e-3f
                && Math.Abs(outline.Locate(radius * MathF.Cos(angle), radius * MathF.Sin(angle)).Depth) < 1e-2f;
        });

    [Fact]
    public void Clearance_is_mutual_and_fails_for_a_shape_and_itself() =>
        Gen.Select(Outlines, Outlines).Sample((first, second) =>
            !first.IsClearOf(first, 0.3f) && first.IsClearOf(second, 0.3f) == second.IsClearOf(first, 0.3f));
}
