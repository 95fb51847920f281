-- A report as analysts write it: 200 lines of WITH, joins, windows, CASE and aggregates over five tables.
WITH clean_orders AS (
  SELECT
    o.order_id,
    o.customer_id,
    o.store_id,
    upper(trim(o.region)) AS region,
    CAST(o.order_ts AS DATE) AS order_date,
    date_trunc('MONTH', o.order_ts) AS order_month,
    o.order_ts,
    coalesce(o.discount, 0.00) AS discount,
    CASE
      WHEN o.status IN ('completed', 'shipped', 'delivered') THEN 'closed'
      WHEN o.status IN ('pending', 'processing') THEN 'open'
      WHEN o.status = 'cancelled' THEN 'lost'
      ELSE 'unknown'
    END AS state,
    o.payment.method AS payment_method,
    nullif(o.payment.installments, 0) AS installments,
    row_number() OVER (PARTITION BY o.order_id ORDER BY o.updated_at DESC) AS version
  FROM orders o
  WHERE o.order_ts >= TIMESTAMP '2023-01-01 00:00:00'
    AND o.order_ts < current_timestamp()
    AND o.customer_id IS NOT NULL
),
latest_orders AS (
  SELECT * EXCEPT (version)
  FROM clean_orders
  WHERE version = 1 AND state <> 'unknown'
),
priced_items AS (
  SELECT
    i.order_id,
    i.line_number,
    i.product_id,
    p.category,
    p.brand,
    i.quantity,
    i.unit_price,
    i.quantity * i.unit_price AS gross_amount,
    round(i.quantity * i.unit_price * (1 - coalesce(i.discount_rate, 0)), 2) AS net_amount,
    i.quantity * p.unit_cost AS cost_amount,
    CASE WHEN p.list_price > 0 THEN 1 - i.unit_price / p.list_price END AS markdown_rate,
    array_contains(p.tags, 'seasonal') AS is_seasonal
  FROM order_items i
  LEFT JOIN products p ON i.product_id = p.product_id AND p.valid_to IS NULL
  WHERE i.quantity > 0
),
order_totals AS (
  SELECT
    order_id,
    count(*) AS lines,
    count(DISTINCT product_id) AS products,
    sum(quantity) AS units,
    sum(gross_amount) AS gross_amount,
    sum(net_amount) AS net_amount,
    sum(cost_amount) AS cost_amount,
    sum(CASE WHEN is_seasonal THEN net_amount ELSE 0 END) AS seasonal_amount,
    max(markdown_rate) AS deepest_markdown,
    collect_set(category) AS categories
  FROM priced_items
  GROUP BY order_id
),
enriched AS (
  SELECT
    o.*,
    c.segment,
    c.country,
    lower(concat(c.first_name, ' ', c.last_name)) AS customer_name,
    datediff(o.order_date, c.signup_date) AS days_since_signup,
    s.store_name,
    s.channel,
    t.lines,
    t.products,
    t.units,
    t.gross_amount,
    t.net_amount - o.discount AS net_amount,
    t.cost_amount,
    t.net_amount - o.discount - t.cost_amount AS margin,
    t.seasonal_amount,
    t.deepest_markdown,
    size(t.categories) AS category_count
  FROM latest_orders o
  JOIN order_totals t ON o.order_id = t.order_id
  LEFT JOIN customers c ON o.customer_id = c.customer_id
  LEFT JOIN stores s ON o.store_id = s.store_id
  WHERE o.state = 'closed'
),
customer_history AS (
  SELECT
    customer_id,
    order_id,
    order_date,
    net_amount,
    lag(order_date) OVER (PARTITION BY customer_id ORDER BY order_ts) AS previous_date,
    sum(net_amount) OVER (
      PARTITION BY customer_id ORDER BY order_ts
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS lifetime_value,
    avg(net_amount) OVER (
      PARTITION BY customer_id ORDER BY order_ts ROWS BETWEEN 4 PRECEDING AND CURRENT ROW
    ) AS recent_average,
    row_number() OVER (PARTITION BY customer_id ORDER BY order_ts) AS order_number,
    dense_rank() OVER (PARTITION BY customer_id ORDER BY net_amount DESC) AS amount_rank
  FROM enriched
),
customer_profile AS (
  SELECT
    h.customer_id,
    max(h.lifetime_value) AS lifetime_value,
    max(h.order_number) AS orders,
    avg(datediff(h.order_date, h.previous_date)) AS average_gap,
    percentile_approx(h.net_amount, 0.5) AS median_amount,
    max(h.order_date) AS last_order,
    CASE
      WHEN max(h.lifetime_value) >= 10000 AND max(h.order_number) >= 10 THEN 'platinum'
      WHEN max(h.lifetime_value) >= 5000 THEN 'gold'
      WHEN max(h.lifetime_value) >= 1000 OR max(h.order_number) >= 5 THEN 'silver'
      ELSE 'bronze'
    END AS tier
  FROM customer_history h
  GROUP BY h.customer_id
  HAVING max(h.order_number) > 0
),
monthly AS (
  SELECT
    e.order_month,
    e.region,
    e.channel,
    coalesce(e.segment, 'none') AS segment,
    p.tier,
    count(*) AS orders,
    count(DISTINCT e.customer_id) AS customers,
    count_if(e.days_since_signup <= 30) AS new_customer_orders,
    sum(e.units) AS units,
    sum(e.gross_amount) AS gross_amount,
    sum(e.net_amount) AS net_amount,
    sum(e.margin) AS margin,
    round(sum(e.margin) / nullif(sum(e.net_amount), 0) * 100, 2) AS margin_percent,
    avg(e.net_amount) AS average_order,
    max_by(e.order_id, e.net_amount) AS largest_order,
    sum(e.net_amount) FILTER (WHERE e.payment_method = 'card') AS card_amount,
    sum(e.net_amount) FILTER (WHERE e.installments > 1) AS installment_amount,
    sum(if(e.deepest_markdown > 0.3, e.net_amount, 0)) AS markdown_amount
  FROM enriched e
  LEFT JOIN customer_profile p ON e.customer_id = p.customer_id
  GROUP BY e.order_month, e.region, e.channel, coalesce(e.segment, 'none'), p.tier
),
compared AS (
  SELECT
    m.*,
    lag(m.net_amount) OVER month_line AS previous_month,
    lag(m.net_amount, 12) OVER month_line AS previous_year,
    sum(m.net_amount) OVER (
      PARTITION BY m.region, m.channel, year(m.order_month) ORDER BY m.order_month
    ) AS year_to_date,
    avg(m.net_amount) OVER (
      PARTITION BY m.region, m.channel, m.segment, m.tier ORDER BY m.order_month
      ROWS BETWEEN 2 PRECEDING AND CURRENT ROW
    ) AS rolling_quarter,
    sum(m.net_amount) OVER (PARTITION BY m.order_month) AS month_total,
    rank() OVER (PARTITION BY m.order_month ORDER BY m.net_amount DESC) AS month_rank
  FROM monthly m
  WINDOW month_line AS (PARTITION BY m.region, m.channel, m.segment, m.tier ORDER BY m.order_month)
),
lost AS (
  SELECT region, order_month, count(*) AS lost_orders
  FROM latest_orders
  WHERE state = 'lost'
    AND NOT EXISTS (SELECT 1 FROM order_totals t WHERE t.order_id = latest_orders.order_id AND t.net_amount = 0)
  GROUP BY ALL
)
SELECT
  date_format(c.order_month, 'yyyy-MM') AS month,
  c.region,
  c.channel,
  c.segment,
  initcap(c.tier) AS tier,
  c.orders,
  c.customers,
  c.new_customer_orders / c.orders AS new_share,
  c.net_amount,
  c.margin_percent,
  round((c.net_amount - c.previous_month) / nullif(c.previous_month, 0) * 100, 1) AS growth,
  round((c.net_amount / nullif(c.previous_year, 0) - 1) * 100, 1) AS yearly_growth,
  c.year_to_date,
  c.rolling_quarter,
  c.net_amount / c.month_total AS month_share,
  coalesce(l.lost_orders, 0) AS lost_orders,
  CASE
    WHEN c.previous_month IS NULL THEN 'new'
    WHEN c.net_amount > c.previous_month * 1.2 THEN 'rising'
    WHEN c.net_amount < c.previous_month * 0.8 THEN 'falling'
    ELSE 'steady'
  END AS trend
FROM compared c
LEFT JOIN lost l ON c.region = l.region AND c.order_month = l.order_month
WHERE c.month_rank <= 20 AND c.net_amount > (SELECT avg(net_amount) / 100 FROM monthly)
QUALIFY row_number() OVER (PARTITION BY c.order_month, c.region ORDER BY c.net_amount DESC, c.channel) <= 5
ORDER BY month DESC, c.region, c.net_amount DESC
LIMIT 1000
